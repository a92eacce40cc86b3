package io.quipu.aggregator.domain;

import io.quipu.common.plan.MetricFunctions;
import io.quipu.common.quantity.Decimals;
import io.quipu.common.quantity.Value;
import io.quipu.common.totals.MetricTotal;
import io.quipu.common.totals.PlanTotals;
import io.quipu.common.usage.Change;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The totals of one scope and window while a batch is folded in them: total += current − previous, cost += what the
 * usage adds. Opened from a document, sealed into the next one. Confined to one attempt, hence mutable.
 */
final class OpenTotals {

    private final SortedMap<PlanKey, OpenPlan> plans = new TreeMap<>();

    /** Totals as a document holds them. */
    static OpenTotals of(List<PlanTotals> totals) {
        OpenTotals open = new OpenTotals();
        for (PlanTotals plan : totals) {
            OpenPlan openPlan = new OpenPlan(plan.plan());
            plan.metrics().forEach(metric -> openPlan.metrics.put(metric.metric(), OpenMetric.of(metric)));
            open.plans.put(new PlanKey(plan.resourceId(), plan.path()), openPlan);
        }
        return open;
    }

    /** How many plans there are. */
    int size() {
        return plans.size();
    }

    /** Whether there are totals of a plan. */
    boolean contains(PlanKey key) {
        return plans.containsKey(key);
    }

    /** The quantity of a metric, if it was folded. */
    Optional<Value> quantity(PlanKey key, String metric) {
        return Optional.ofNullable(plans.get(key)).map(plan -> plan.metrics.get(metric)).map(open -> open.quantity);
    }

    /** Notes that a usage was folded under that plan version, whether or not it changes a metric. */
    void touch(PlanKey key, String planVersion) {
        plans.computeIfAbsent(key, k -> new OpenPlan(planVersion)).version = planVersion;
    }

    /** Folds a change and its cost; the plan was {@linkplain #touch touched} before. */
    void add(PlanKey key, String metric, MetricFunctions functions, Change change, BigDecimal cost) {
        OpenMetric open = plans.get(key).metrics.computeIfAbsent(metric, name -> new OpenMetric());
        open.quantity = aggregate(functions, open.quantity, change);
        open.cost = Decimals.add(open.cost, cost);
    }

    /** Folds a change of an hour of the day and its cost; the day itself was folded before. */
    void addHour(PlanKey key, String metric, int hour, MetricFunctions functions, Change change, BigDecimal cost) {
        SortedMap<Integer, MetricTotal.HourTotal> hours = plans.get(key).metrics
                .computeIfAbsent(metric, name -> new OpenMetric()).hours;
        MetricTotal.HourTotal before = hours.get(hour);
        hours.put(hour, new MetricTotal.HourTotal(hour,
                aggregate(functions, before == null ? null : before.quantity(), change),
                Decimals.add(before == null ? BigDecimal.ZERO : before.cost(), cost)));
    }

    /** The totals as a document holds them: by resource and plan path, metrics by name. */
    List<PlanTotals> sealed() {
        List<PlanTotals> sealed = new ArrayList<>(plans.size());
        plans.forEach((key, plan) -> {
            List<MetricTotal> metrics = new ArrayList<>(plan.metrics.size());
            plan.metrics.forEach((metric, open) -> metrics.add(open.sealed(metric)));
            sealed.add(new PlanTotals(key.resourceId(), key.path(), plan.version, metrics));
        });
        return sealed;
    }

    private static Value aggregate(MetricFunctions functions, Value total, Change change) {
        return functions.aggregate(Optional.ofNullable(total), Optional.ofNullable(change.previous()), change.current());
    }

    private static final class OpenPlan {
        private String version;
        private final Map<String, OpenMetric> metrics = new TreeMap<>();

        private OpenPlan(String version) {
            this.version = version;
        }
    }

    private static final class OpenMetric {
        private Value quantity;
        private BigDecimal cost = BigDecimal.ZERO;
        private final SortedMap<Integer, MetricTotal.HourTotal> hours = new TreeMap<>();

        private static OpenMetric of(MetricTotal total) {
            OpenMetric open = new OpenMetric();
            open.quantity = total.quantity();
            open.cost = total.cost();
            if (total.hours() != null) {
                total.hours().forEach(hour -> open.hours.put(hour.hour(), hour));
            }
            return open;
        }

        private MetricTotal sealed(String metric) {
            return new MetricTotal(metric, quantity == null ? Value.ZERO : quantity, cost,
                    hours.isEmpty() ? null : List.copyOf(hours.values()));
        }
    }
}
