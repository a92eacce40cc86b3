package io.quipu.common.totals;

import io.quipu.common.usage.PlanPath;
import java.util.List;

/**
 * The totals of one resource under one plan path.
 *
 * @param resourceId the resource
 * @param path the plan path
 * @param plan the id of the plan version of the last usage
 * @param metrics one entry per metric that was folded, by name
 */
public record PlanTotals(String resourceId, PlanPath path, String plan, List<MetricTotal> metrics) {

    /** Copies the list. */
    public PlanTotals {
        metrics = List.copyOf(metrics);
    }
}
