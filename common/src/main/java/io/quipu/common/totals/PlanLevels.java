package io.quipu.common.totals;

import io.quipu.common.quantity.Decimals;
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
 * @param tariffs at which prices levels are charged whose price is not proportional, by metric and ascending by month; of an
 *     organization only; null when there are none
 */
public record PlanLevels(String resourceId, PlanPath path, String plan, List<MetricLevels> metrics, List<Tariff> tariffs) {

    /** Copies the lists. */
    public PlanLevels {
        metrics = List.copyOf(metrics);
        tariffs = tariffs == null || tariffs.isEmpty() ? null : List.copyOf(tariffs);
    }

    /** Levels whose price is proportional. */
    public PlanLevels(String resourceId, PlanPath path, String plan, List<MetricLevels> metrics) {
        this(resourceId, path, plan, metrics, null);
    }

    /**
     * At which price a metric is charged from a month on, until the next tariff.
     *
     * @param metric the metric
     * @param month the first month: in which a usage or event with that price was accepted, or as of which it sets a level
     * @param plan the id of the plan version
     * @param country the country whose prices apply
     * @param currency the currency of those prices
     */
    public record Tariff(String metric, Window month, String plan, String country, String currency) {
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
     * @param pooledChange how much of the change is of levels whose price is not proportional; null when it is zero
     */
    public record MonthChange(Window month, BigDecimal change, BigDecimal costChange, BigDecimal pooledChange) {

        /** What is zero is absent. */
        public MonthChange {
            pooledChange = pooledChange == null || pooledChange.signum() == 0 ? null : Decimals.normalize(pooledChange);
        }

        /** A change of levels whose price is proportional. */
        public MonthChange(Window month, BigDecimal change, BigDecimal costChange) {
            this(month, change, costChange, null);
        }

        /** How much of the change is pooled. */
        public BigDecimal pooled() {
            return pooledChange == null ? BigDecimal.ZERO : pooledChange;
        }

        /** Both changes, those of this month. */
        public MonthChange plus(MonthChange other) {
            return new MonthChange(month, Decimals.add(change, other.change), Decimals.add(costChange, other.costChange),
                    pooled().add(other.pooled()));
        }

        /** Whether nothing has changed on the whole. */
        public boolean none() {
            return change.signum() == 0 && costChange.signum() == 0 && pooledChange == null;
        }
    }
}
