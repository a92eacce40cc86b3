package io.quipu.reporting.report;

import io.quipu.common.time.Window;
import io.quipu.common.totals.PlanLevels;
import io.quipu.common.totals.PlanLevels.MetricLevels;
import io.quipu.common.totals.PlanLevels.MonthChange;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Adds the levels of scopes up, exactly, by resource, plan path and metric: the consumers of a space, the spaces of an
 * organization. The plan version is that of the levels added last. Not thread-safe.
 */
public final class LevelsSum {

    private final SortedMap<PlanKey, Sum> sums = new TreeMap<>();

    private static final class Sum {
        private String plan;
        private final SortedMap<String, List<MonthChange>> metrics = new TreeMap<>();
    }

    /** Adds some levels. */
    public void add(List<PlanLevels> levels) {
        for (PlanLevels plan : levels) {
            Sum sum = sums.computeIfAbsent(PlanKey.of(plan), key -> new Sum());
            sum.plan = plan.plan();
            plan.metrics().forEach(metric -> sum.metrics.merge(metric.metric(), metric.months(), LevelsSum::add));
        }
    }

    private static List<MonthChange> add(List<MonthChange> sum, List<MonthChange> next) {
        SortedMap<Window, MonthChange> months = new TreeMap<>();
        for (List<MonthChange> part : List.of(sum, next)) {
            part.forEach(change -> months.merge(change.month(), change, MonthChange::plus));
        }
        return List.copyOf(months.values());
    }

    /** The sums. */
    public List<PlanLevels> levels() {
        List<PlanLevels> levels = new ArrayList<>(sums.size());
        sums.forEach((key, sum) -> levels.add(new PlanLevels(key.resourceId(), key.path(), sum.plan,
                sum.metrics.entrySet().stream().map(m -> new MetricLevels(m.getKey(), m.getValue())).toList())));
        return levels;
    }
}
