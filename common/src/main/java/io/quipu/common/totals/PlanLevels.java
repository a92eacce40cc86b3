package io.quipu.common.totals;

import io.quipu.common.time.Window;
import io.quipu.common.usage.PlanPath;
import java.math.BigDecimal;
import java.util.List;

/**
 * By how much the levels of one resource under one plan path have changed in each month: what a month opens with is the sum of
 * those before it.
 *
 * @param resourceId the resource
 * @param path the plan path
 * @param plan the id of the plan version of the last change
 * @param metrics the metrics that have changed, by name
 */
public record PlanLevels(String resourceId, PlanPath path, String plan, List<MetricLevels> metrics) {

    /** Copies the list. */
    public PlanLevels {
        metrics = List.copyOf(metrics);
    }

    /**
     * The changes of one metric.
     *
     * @param metric the metric
     * @param months the months in which its level or its cost changed on the whole, ascending
     */
    public record MetricLevels(String metric, List<MonthChange> months) {
        public MetricLevels {
            months = List.copyOf(months);
        }
    }

    /**
     * By how much a level has changed in a month.
     *
     * @param month the month
     * @param change by how much the level has changed
     * @param costChange by how much its cost per unit of time has changed
     */
    public record MonthChange(Window month, BigDecimal change, BigDecimal costChange) {
    }
}
