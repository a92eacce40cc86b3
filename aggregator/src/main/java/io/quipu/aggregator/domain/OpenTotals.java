package io.quipu.aggregator.domain;

import io.quipu.common.plan.MetricFunctions;
import io.quipu.common.quantity.Decimals;
import io.quipu.common.quantity.Value;
import io.quipu.common.time.Window;
import io.quipu.common.totals.LevelSums;
import io.quipu.common.totals.MetricTotal;
import io.quipu.common.totals.PlanTotals;
import io.quipu.common.usage.Change;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The totals of one scope and window while a batch is folded in them: total += current − previous, cost += what the
 * usage adds, and beside them the sums of what changes levels. Opened from a document, sealed into the next one. Confined to
 * one attempt, hence mutable; after a failure of {@link #add} or {@link #addHour} it is of no use.
 */
final class OpenTotals {

    private final SortedMap<PlanKey, OpenPlan> plans = new TreeMap<>();

    /** Totals as a document holds them. */
    static OpenTotals of(List<PlanTotals> totals) {
        OpenTotals open = new OpenTotals();
        for (PlanTotals plan : totals) {
            OpenPlan openPlan = new OpenPlan(plan.plan());
            openPlan.levelsOnly = Boolean.TRUE.equals(plan.levelsOnly());
            plan.metrics().forEach(metric -> openPlan.metrics.put(metric.metric(), OpenMetric.of(metric)));
            open.plans.put(new PlanKey(plan.resourceId(), plan.path()), openPlan);
        }
        return open;
    }

    /** How many plans there are. */
    int size() {
        return plans.size();
    }

    /** How many of those plans have no totals yet. */
    int missing(Set<PlanKey> keys) {
        int missing = 0;
        for (PlanKey key : keys) {
            missing += plans.containsKey(key) ? 0 : 1;
        }
        return missing;
    }

    /** The quantity of a metric, if it was folded. */
    Optional<Value> quantity(PlanKey key, String metric) {
        return found(key, metric).map(open -> open.quantity);
    }

    /** The price that a metric's total has instead of a sum of costs, if it has one. */
    Optional<BigDecimal> price(PlanKey key, String metric) {
        return found(key, metric).map(open -> open.price);
    }

    /** Notes that a usage was folded under that plan version, whether or not it changes a metric. */
    void touch(PlanKey key, String planVersion) {
        OpenPlan plan = plans.computeIfAbsent(key, k -> new OpenPlan(planVersion));
        plan.version = planVersion;
        plan.levelsOnly = false;
    }

    /**
     * Folds a change and its cost; the plan was {@linkplain #touch touched} before.
     *
     * @throws io.quipu.common.plan.MeteringException when there is no such total
     */
    void add(PlanKey key, String metric, MetricFunctions functions, Change change, Cost cost) {
        OpenMetric open = metric(key, metric);
        open.quantity = aggregate(functions, open.quantity, change);
        open.cost = Decimals.add(open.cost, cost.amount());
        open.price = cost.price() == null ? open.price : cost.price();
    }

    /**
     * Folds a change of an hour of the day and its cost; the day itself was folded before.
     *
     * @throws io.quipu.common.plan.MeteringException when there is no such total
     */
    void addHour(PlanKey key, String metric, int hour, MetricFunctions functions, Change change, Cost cost) {
        SortedMap<Integer, MetricTotal.HourTotal> hours = metric(key, metric).hours;
        MetricTotal.HourTotal before = hours.getOrDefault(hour, new MetricTotal.HourTotal(hour, null, BigDecimal.ZERO));
        hours.put(hour, new MetricTotal.HourTotal(hour, aggregate(functions, before.quantity(), change),
                Decimals.add(before.cost(), cost.amount()), before.level(),
                cost.price() == null ? before.price() : cost.price()));
    }

    /** Folds the changes of levels in the totals' window. */
    void addLevels(Map<PlanKey, LevelEffects.PlanEffects> changes) {
        changes.forEach((key, plan) -> {
            OpenPlan touched = plans.computeIfAbsent(key, k -> {
                OpenPlan added = new OpenPlan(plan.version());
                added.levelsOnly = true;
                return added;
            });
            touched.version = plan.version();
            plan.metrics().forEach((metric, sums) -> {
                OpenMetric open = metric(key, metric);
                open.level = plus(open.level, sums);
            });
        });
    }

    /** Folds the changes of levels in an hour of the day; the day itself was folded before. */
    void addHourLevels(Window hour, Map<PlanKey, LevelEffects.PlanEffects> changes) {
        int number = Window.hourOfDay(hour.from());
        changes.forEach((key, plan) -> plan.metrics().forEach((metric, sums) ->
                metric(key, metric).hours.compute(number, (same, before) -> before == null
                        ? new MetricTotal.HourTotal(number, Value.ZERO, BigDecimal.ZERO, sums)
                        : new MetricTotal.HourTotal(number, before.quantity(), before.cost(),
                                plus(before.level(), sums), before.price()))));
    }

    /**
     * Checks the sums of levels that there would be after folding those changes; changes nothing.
     *
     * @throws io.quipu.common.plan.MeteringException when one would have more digits than documents hold
     */
    void checkBounds(Window window, Map<PlanKey, LevelEffects.PlanEffects> changes) {
        changes.forEach((key, plan) -> plan.metrics().forEach((metric, sums) -> LevelEffects.checkBounds(metric, window.id(),
                plus(found(key, metric).map(open -> open.level).orElse(null), sums))));
    }

    /** The same for an hour of the day. */
    void checkHourBounds(Window hour, Map<PlanKey, LevelEffects.PlanEffects> changes) {
        int number = Window.hourOfDay(hour.from());
        changes.forEach((key, plan) -> plan.metrics().forEach((metric, sums) -> LevelEffects.checkBounds(metric, hour.id(),
                plus(found(key, metric).map(open -> open.hours.get(number)).map(MetricTotal.HourTotal::level).orElse(null),
                        sums))));
    }

    private static LevelSums plus(LevelSums before, LevelSums added) {
        return before == null ? added : before.plus(added);
    }

    private OpenMetric metric(PlanKey key, String metric) {
        return plans.get(key).metrics.computeIfAbsent(metric, name -> new OpenMetric());
    }

    private Optional<OpenMetric> found(PlanKey key, String metric) {
        return Optional.ofNullable(plans.get(key)).map(plan -> plan.metrics.get(metric));
    }

    /** The totals as a document holds them: by resource and plan path, metrics by name. */
    List<PlanTotals> sealed() {
        List<PlanTotals> sealed = new ArrayList<>(plans.size());
        plans.forEach((key, plan) -> {
            List<MetricTotal> metrics = new ArrayList<>(plan.metrics.size());
            plan.metrics.forEach((metric, open) -> metrics.add(open.sealed(metric)));
            sealed.add(new PlanTotals(key.resourceId(), key.path(), plan.version, metrics, plan.levelsOnly ? true : null));
        });
        return sealed;
    }

    private static Value aggregate(MetricFunctions functions, Value total, Change change) {
        return functions.aggregate(Optional.ofNullable(total), Optional.ofNullable(change.previous()), change.current());
    }

    private static final class OpenPlan {
        private String version;
        private boolean levelsOnly;
        private final Map<String, OpenMetric> metrics = new TreeMap<>();

        private OpenPlan(String version) {
            this.version = version;
        }
    }

    private static final class OpenMetric {
        private Value quantity;
        private BigDecimal cost = BigDecimal.ZERO;
        private LevelSums level;
        private BigDecimal price;
        private final SortedMap<Integer, MetricTotal.HourTotal> hours = new TreeMap<>();

        private static OpenMetric of(MetricTotal total) {
            OpenMetric open = new OpenMetric();
            open.quantity = total.quantity();
            open.cost = total.cost();
            open.level = total.level();
            open.price = total.price();
            if (total.hours() != null) {
                total.hours().forEach(hour -> open.hours.put(hour.hour(), hour));
            }
            return open;
        }

        private MetricTotal sealed(String metric) {
            return new MetricTotal(metric, quantity == null ? Value.ZERO : quantity, cost,
                    hours.isEmpty() ? null : List.copyOf(hours.values()), level, price);
        }
    }
}
