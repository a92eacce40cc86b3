package io.quipu.reporting.report;

import java.util.List;

/**
 * What was used of a resource under one plan.
 *
 * @param planId the plan path: the four ids joined by {@code /}
 * @param meteringPlanId the metering plan
 * @param ratingPlanId the rating plan
 * @param pricingPlanId the pricing plan
 * @param aggregatedUsage its metrics, in the plan's order
 * @param windows its charges: the sums of its metrics'
 * @param resourceInstances the instances that used it, by id; null unless asked for
 */
public record PlanReport(String planId, String meteringPlanId, String ratingPlanId, String pricingPlanId,
        List<MetricReport> aggregatedUsage, List<List<Slot>> windows, List<InstanceReport> resourceInstances) {

    /** The same with its instances. */
    public PlanReport with(List<InstanceReport> instances) {
        return new PlanReport(planId, meteringPlanId, ratingPlanId, pricingPlanId, aggregatedUsage, windows, instances);
    }
}
