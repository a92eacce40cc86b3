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
 * @param levelsOnly true when no usage was folded in this window, only changes of levels; null when some was
 */
public record PlanTotals(String resourceId, PlanPath path, String plan, List<MetricTotal> metrics, Boolean levelsOnly) {

    /** Copies the list. */
    public PlanTotals {
        metrics = List.copyOf(metrics);
    }

    /** The totals of usage. */
    public PlanTotals(String resourceId, PlanPath path, String plan, List<MetricTotal> metrics) {
        this(resourceId, path, plan, metrics, null);
    }

    /**
     * Whether nothing has come of it: changes of levels that undid each other. Whether there were any depends on the order in which
     * they came to be known, so nobody must see.
     */
    public boolean undone() {
        if (!Boolean.TRUE.equals(levelsOnly)) {
            return false;
        }
        for (MetricTotal metric : metrics) {
            if (!metric.undone()) {
                return false;
            }
        }
        return true;
    }

    /** Whether that is so of any of some totals. */
    static boolean anyUndone(List<PlanTotals> plans) {
        for (PlanTotals plan : plans) {
            if (plan.undone()) {
                return true;
            }
        }
        return false;
    }
}
