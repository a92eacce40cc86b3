package io.quipu.common.usage;

import java.util.Objects;

/**
 * The four ids that say under which terms a resource is used: totals are kept per plan path, so usage before and after a
 * mapping changed is shown apart.
 *
 * @param planId the provider's name of the plan, such as {@code basic}
 * @param meteringPlanId the metering plan it was mapped to
 * @param ratingPlanId the rating plan it was mapped to
 * @param pricingPlanId the pricing plan it was mapped to
 */
public record PlanPath(String planId, String meteringPlanId, String ratingPlanId, String pricingPlanId)
        implements Comparable<PlanPath> {

    /** Checks that no id is missing. */
    public PlanPath {
        Objects.requireNonNull(planId, "planId");
        Objects.requireNonNull(meteringPlanId, "meteringPlanId");
        Objects.requireNonNull(ratingPlanId, "ratingPlanId");
        Objects.requireNonNull(pricingPlanId, "pricingPlanId");
    }

    /** The four ids joined by {@code /}, as reports show them. */
    public String joined() {
        return planId + "/" + meteringPlanId + "/" + ratingPlanId + "/" + pricingPlanId;
    }

    @Override
    public int compareTo(PlanPath other) {
        int order = planId.compareTo(other.planId);
        if (order == 0) {
            order = meteringPlanId.compareTo(other.meteringPlanId);
        }
        if (order == 0) {
            order = ratingPlanId.compareTo(other.ratingPlanId);
        }
        return order != 0 ? order : pricingPlanId.compareTo(other.pricingPlanId);
    }
}
