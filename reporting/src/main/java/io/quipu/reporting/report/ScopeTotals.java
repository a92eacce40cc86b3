package io.quipu.reporting.report;

import io.quipu.common.quantity.Value;
import io.quipu.common.time.Window;
import io.quipu.common.totals.ConsumerLevels;
import io.quipu.common.totals.ConsumerWindow;
import io.quipu.common.totals.InstanceLevels;
import io.quipu.common.totals.InstanceWindow;
import io.quipu.common.totals.MetricTotal;
import io.quipu.common.totals.PlanLevels;
import io.quipu.common.totals.PlanTotals;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The totals of one scope (an organization, a space, a consumer or an instance) in each window that has a document, and
 * by how much its levels have changed in each month.
 *
 * @param plans the totals by window
 * @param levels the changes of its levels; empty where it has none
 * @param levelsFrom windows that begin earlier show no level: not all of its changes are known; 0 when all are
 */
public record ScopeTotals(Map<Window, List<PlanTotals>> plans, List<PlanLevels> levels, long levelsFrom) {

    /** The totals of a scope of which all changes of levels are known. */
    public ScopeTotals(Map<Window, List<PlanTotals>> plans, List<PlanLevels> levels) {
        this(plans, levels, 0);
    }

    /** The totals of a scope that has no level. */
    public ScopeTotals(Map<Window, List<PlanTotals>> plans) {
        this(plans, List.of());
    }

    /** The totals of a window; empty where there is no document. */
    List<PlanTotals> of(Window window) {
        return plans.getOrDefault(window, List.of());
    }

    /** Whether some level has ever been charged with all of the organization, as far as was read. */
    boolean anyPooled() {
        for (PlanLevels plan : levels) {
            for (PlanLevels.MetricLevels metric : plan.metrics()) {
                for (PlanLevels.MonthChange change : metric.months()) {
                    if (change.pooledChange() != null) {
                        return true;
                    }
                }
            }
        }
        for (List<PlanTotals> ofWindow : plans.values()) {
            for (PlanTotals plan : ofWindow) {
                for (MetricTotal metric : plan.metrics()) {
                    if (metric.anyPooled()) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /**
     * The totals of a consumer.
     *
     * @param levels its levels, or null
     */
    public static ScopeTotals ofConsumer(List<ConsumerWindow> documents, ConsumerLevels levels) {
        Map<Window, List<PlanTotals>> plans = new TreeMap<>();
        documents.forEach(document -> plans.put(document.window(), document.plans()));
        return new ScopeTotals(plans, levels == null ? List.of() : levels.plans());
    }

    /**
     * The totals of one resource instance under one plan path: its quantities and levels, at no cost.
     *
     * @param levels its levels, or null
     */
    static ScopeTotals ofInstance(List<InstanceWindow> documents, InstanceLevels levels, Function<String, PlanTerms> terms) {
        Map<Window, List<PlanTotals>> plans = new TreeMap<>();
        for (InstanceWindow document : documents) {
            PlanTerms plan = terms.apply(document.plan());
            List<MetricTotal> metrics = document.metrics().stream()
                    .filter(metric -> metric.state() != null || metric.level() != null)
                    .map(metric -> new MetricTotal(metric.metric(), quantity(plan, metric), BigDecimal.ZERO, null,
                            metric.level() == null ? null : metric.level().sums()))
                    .toList();
            plans.put(document.window(),
                    List.of(new PlanTotals(document.resourceId(), document.path(), document.plan(), metrics)));
        }
        return levels == null ? new ScopeTotals(plans) : new ScopeTotals(plans, List.of(levels.plan()), levels.from());
    }

    private static Value quantity(PlanTerms plan, InstanceWindow.MetricState metric) {
        if (metric.state() == null) {
            return Value.ZERO;
        }
        return plan.functions(metric.metric()).map(f -> f.quantity(metric.state())).orElse(metric.state());
    }
}
