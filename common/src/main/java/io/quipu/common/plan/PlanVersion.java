package io.quipu.common.plan;

import io.quipu.common.usage.PlanPath;

/**
 * The definitions under which a usage was accepted: immutable, known by the hash of their JSON. A changed plan is another
 * version; accepted usage keeps the one it was pinned to.
 *
 * @param planId the provider's name of the plan
 * @param metering how it is metered and accumulated
 * @param rating how it is rated
 * @param pricing what it costs
 */
public record PlanVersion(String planId, MeteringPlan metering, RatingPlan rating, PricingPlan pricing) {

    /** The four ids under which totals of this plan are kept. */
    public PlanPath path() {
        return new PlanPath(planId, metering.planId(), rating.planId(), pricing.planId());
    }
}
