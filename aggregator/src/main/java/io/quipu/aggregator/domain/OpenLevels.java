package io.quipu.aggregator.domain;

import io.quipu.common.time.Window;
import io.quipu.common.totals.LevelSums;
import io.quipu.common.totals.PlanLevels;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The levels of one scope while a batch is folded in them: by how much they changed, month by month. Opened from a document,
 * sealed into the next one. Confined to one attempt, hence mutable.
 *
 * <p>A month that comes to nothing is dropped at once, and what is left empty with it: what there is, and counts against the
 * limits, does not depend on how usages were split over writes.
 */
final class OpenLevels {

    /** Months of a metric's changes that are told apart: nearly three times as many as a report shows. */
    static final int MAX_MONTHS = 36;

    private final SortedMap<PlanKey, OpenPlan> plans = new TreeMap<>();

    /** Levels as a document holds them. */
    static OpenLevels of(List<PlanLevels> levels) {
        OpenLevels open = new OpenLevels();
        for (PlanLevels plan : levels) {
            if (plan.metrics().isEmpty()) {
                // it has tariffs only
                continue;
            }
            OpenPlan openPlan = new OpenPlan(plan.plan());
            for (PlanLevels.MetricLevels metric : plan.metrics()) {
                SortedMap<Window, PlanLevels.MonthChange> months = new TreeMap<>();
                metric.months().forEach(month -> months.put(month.month(), month));
                openPlan.metrics.put(metric.metric(), months);
            }
            open.plans.put(new PlanKey(plan.resourceId(), plan.path()), openPlan);
        }
        return open;
    }

    /** How many metrics of plans there are. */
    int size() {
        return plans.values().stream().mapToInt(plan -> plan.metrics.size()).sum();
    }

    /** How many of the metrics that change have no levels yet. */
    int missing(LevelEffects levels) {
        Set<List<Object>> missing = new HashSet<>();
        for (Window month : levels.windows(Window.Unit.MONTH)) {
            levels.in(month).forEach((key, plan) -> plan.metrics().keySet().stream()
                    .filter(metric -> !plans.containsKey(key) || !plans.get(key).metrics.containsKey(metric))
                    .forEach(metric -> missing.add(List.of(key, metric))));
        }
        return missing.size();
    }

    /** Folds the changes of all months. */
    void add(LevelEffects levels) {
        for (Window month : levels.windows(Window.Unit.MONTH)) {
            levels.in(month).forEach((key, plan) -> {
                OpenPlan open = plans.computeIfAbsent(key, k -> new OpenPlan(plan.version()));
                open.version = plan.version();
                plan.metrics().forEach((metric, sums) -> open.add(metric, month, sums));
                if (open.metrics.isEmpty()) {
                    plans.remove(key);
                }
            });
        }
    }

    /**
     * Checks the changes that there would be after folding those of all months; changes nothing.
     *
     * @throws io.quipu.common.plan.MeteringException when one would have more digits than documents hold
     */
    void checkBounds(LevelEffects levels) {
        for (Window month : levels.windows(Window.Unit.MONTH)) {
            levels.in(month).forEach((key, plan) -> plan.metrics().forEach((metric, sums) -> {
                OpenPlan open = plans.get(key);
                PlanLevels.MonthChange before = open == null ? null
                        : open.metrics.getOrDefault(metric, new TreeMap<>()).get(month);
                PlanLevels.MonthChange after = plus(before, month, sums);
                LevelEffects.checkBounds(metric, month.id(),
                        new LevelSums(after.change(), BigDecimal.ZERO, after.costChange(), BigDecimal.ZERO, 0,
                                after.pooledChange(), null));
            }));
        }
    }

    /** The levels as a document holds them: by resource and plan path, metrics by name, months ascending. */
    List<PlanLevels> sealed() {
        List<PlanLevels> sealed = new ArrayList<>(plans.size());
        plans.forEach((key, plan) -> {
            List<PlanLevels.MetricLevels> metrics = new ArrayList<>(plan.metrics.size());
            plan.metrics.forEach((metric, months) ->
                    metrics.add(new PlanLevels.MetricLevels(metric, List.copyOf(months.values()))));
            sealed.add(new PlanLevels(key.resourceId(), key.path(), plan.version, metrics));
        });
        return sealed;
    }

    private static PlanLevels.MonthChange plus(PlanLevels.MonthChange before, Window month, LevelSums sums) {
        PlanLevels.MonthChange added = new PlanLevels.MonthChange(month, sums.change(), sums.costChange(), sums.pooledChange());
        return before == null ? added : before.plus(added);
    }

    /** Changes of the oldest month count in the next one: months after that open as before, it alone would open without them. */
    private static void forgetOldest(SortedMap<Window, PlanLevels.MonthChange> months) {
        if (months.size() > MAX_MONTHS) {
            PlanLevels.MonthChange oldest = months.remove(months.firstKey());
            months.computeIfPresent(months.firstKey(), (month, next) -> next.plus(oldest));
        }
    }

    private static final class OpenPlan {
        private String version;
        private final Map<String, SortedMap<Window, PlanLevels.MonthChange>> metrics = new TreeMap<>();

        private OpenPlan(String version) {
            this.version = version;
        }

        private void add(String metric, Window month, LevelSums sums) {
            SortedMap<Window, PlanLevels.MonthChange> months = metrics.computeIfAbsent(metric, name -> new TreeMap<>());
            PlanLevels.MonthChange after = plus(months.get(month), month, sums);
            if (after.none()) {
                months.remove(month);
            } else {
                months.put(month, after);
                forgetOldest(months);
            }
            if (months.isEmpty()) {
                metrics.remove(metric);
            }
        }
    }
}
