package io.quipu.reporting.report;

import io.quipu.common.quantity.Value;
import io.quipu.common.time.Window;
import io.quipu.common.totals.ConsumerLevels;
import io.quipu.common.totals.ConsumerWindow;
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
 */
public record ScopeTotals(Map<Window, List<PlanTotals>> plans, List<PlanLevels> levels) {

    /** The totals of a scope that has no level. */
    public ScopeTotals(Map<Window, List<PlanTotals>> plans) {
        this(plans, List.of());
    }

    /** The totals of a window; empty where there is no document. */
    List<PlanTotals> of(Window window) {
        return plans.getOrDefault(window, List.of());
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

    /** The totals of one resource instance under one plan path: its quantities, at no cost. */
    static ScopeTotals ofInstance(List<InstanceWindow> documents, Function<String, PlanTerms> terms) {
        Map<Window, List<PlanTotals>> plans = new TreeMap<>();
        for (InstanceWindow document : documents) {
            PlanTerms plan = terms.apply(document.plan());
            List<MetricTotal> metrics = document.metrics().stream()
                    .filter(metric -> metric.state() != null)
                    .map(metric -> new MetricTotal(metric.metric(), quantity(plan, metric), BigDecimal.ZERO, null))
                    .toList();
            plans.put(document.window(),
                    List.of(new PlanTotals(document.resourceId(), document.path(), document.plan(), metrics)));
        }
        return new ScopeTotals(plans);
    }

    private static Value quantity(PlanTerms plan, InstanceWindow.MetricState metric) {
        return plan.functions(metric.metric()).map(f -> f.quantity(metric.state())).orElse(metric.state());
    }
}
