package io.quipu.reporting.report;

import java.util.List;
import java.util.function.BiFunction;

/**
 * What was used of a resource.
 *
 * @param resourceId the resource
 * @param windows its charges: the sums of its plans'
 * @param aggregatedUsage each metric of any of its plans, summed over the plans
 * @param plans its plans, by plan path
 */
public record ResourceReport(String resourceId, List<List<Slot>> windows, List<MetricReport> aggregatedUsage,
        List<PlanReport> plans) {

    /** The same with each plan's instances, looked up by resource and {@link PlanReport#planId joined plan path}. */
    public ResourceReport with(BiFunction<String, String, List<InstanceReport>> instances) {
        return new ResourceReport(resourceId, windows, aggregatedUsage,
                plans.stream().map(plan -> plan.with(instances.apply(resourceId, plan.planId()))).toList());
    }
}
