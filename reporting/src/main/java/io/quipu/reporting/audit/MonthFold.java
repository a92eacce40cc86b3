package io.quipu.reporting.audit;

import io.quipu.common.plan.PlanVersion;
import io.quipu.common.plan.Price;
import io.quipu.common.time.Window;
import io.quipu.common.usage.Consumer;
import io.quipu.common.usage.MeasuredQuantity;
import io.quipu.common.usage.Origin;
import io.quipu.common.usage.PlanPath;
import io.quipu.common.usage.Rejection;
import io.quipu.reporting.audit.FoldedUsage.Effect;
import io.quipu.reporting.audit.FoldedUsage.Fate;
import io.quipu.reporting.audit.FoldedUsage.Step;
import io.quipu.reporting.source.Collector.LoggedUsage;
import java.math.BigDecimal;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Folds one organization's usage of one month, in the order of the log, in the plainest way: everything in memory, one usage
 * after the other, each rule written down once more. Says of each usage what it did. Not thread-safe.
 *
 * <p>The first usage of a deduplication key counts. A usage counts nowhere when a rejection of it is recorded, or when its
 * own rules say so. Of levels, events and metrics of formulas nothing is folded.
 */
final class MonthFold {

    private static final String ACCUMULATOR = "accumulator";
    private static final String AGGREGATOR = "aggregator";

    private final Map<Long, Rejection> decided;
    private final Map<String, AuditedPlan> plans = new HashMap<>();
    private final FirstUsages firsts;
    private final Map<TallyKey, Tally> tallies = new HashMap<>();
    private final Map<TotalKey, BigDecimal> totals = new HashMap<>();
    private final PlanEntries entries = new PlanEntries();
    private final Map<String, String> currencies = new HashMap<>();

    /**
     * A fold of nothing.
     *
     * @param decided the rejections that documents list, by position
     * @param maxUsages how many usages it may take
     */
    MonthFold(Map<Long, Rejection> decided, int maxUsages) {
        this.decided = decided;
        this.firsts = new FirstUsages(maxUsages);
    }

    private record TallyKey(Consumer consumer, String resourceId, String instanceId, PlanPath path, String metric,
            String window) {
    }

    private record TotalKey(String resourceId, PlanPath path, String metric) {
    }

    /** The ids of the windows that contain the usage's end. */
    private record Windows(String hour, String day, String month) {

        static Windows of(long end) {
            String time = LocalDateTime.ofEpochSecond(Math.floorDiv(end, 1000L), 0, ZoneOffset.UTC).toString();
            return new Windows(time.substring(0, 13), time.substring(0, 10), time.substring(0, 7));
        }
    }

    /** Takes a plan version that usages are pinned to. */
    void plan(String id, PlanVersion version) {
        plans.computeIfAbsent(id, unknown -> AuditedPlan.of(version));
    }

    /** The metrics of these plans that are levels. */
    Set<String> levels() {
        Set<String> levels = new TreeSet<>();
        plans.values().forEach(plan -> levels.addAll(plan.levels()));
        return levels;
    }

    /** The metrics of these plans that are not folded, by plan path. */
    Map<PlanPath, Set<String>> leftOut() {
        Map<PlanPath, Set<String>> leftOut = new HashMap<>();
        plans.values().forEach(plan -> leftOut.computeIfAbsent(plan.path(), path -> new TreeSet<>()).addAll(plan.leftOut()));
        return leftOut;
    }

    /**
     * Folds the next usage.
     *
     * @throws io.quipu.common.web.Problem 422 when there are too many
     */
    FoldedUsage fold(LoggedUsage usage) {
        AuditedPlan plan = plans.get(usage.pin().plan());
        Windows windows = Windows.of(usage.origin().end());
        boolean first = firsts.add(usage);
        Rejection recorded = usage.rejection() != null ? usage.rejection() : decided.get(usage.position());
        List<Effect> effects = List.of();
        RefusedException refused = null;
        try {
            effects = rated(usage, plan, accumulated(usage, plan, windows));
            if (usage.event() == null) {
                limits(usage, plan, windows);
            }
            effects.forEach(MonthFold::costs);
        } catch (RefusedException e) {
            refused = e;
        }
        Fate fate = !first ? Fate.DUPLICATE : recorded != null || refused != null ? Fate.REJECTED : Fate.COUNTED;
        if (fate == Fate.COUNTED && usage.event() == null) {
            count(usage, plan, windows, effects);
        }
        return new FoldedUsage(usage, plan.path(), Window.parse(windows.month()), Window.parse(windows.day()),
                Integer.parseInt(windows.hour().substring(11)), fate, recorded, refused, effects,
                usage.event() == null && plan.leftOut().isEmpty());
    }

    private List<Effect> accumulated(LoggedUsage usage, AuditedPlan plan, Windows windows) {
        if (usage.event() != null) {
            return List.of();
        }
        Map<String, BigDecimal> measures = new HashMap<>();
        for (MeasuredQuantity measured : usage.measuredUsage()) {
            measures.put(measured.measure(), measured.quantity());
        }
        // All metrics are metered first: a usage that one of them refuses has no effect on any.
        List<BigDecimal> metered = new ArrayList<>();
        plan.metrics().forEach(metric -> metered.add(metric.quantity(measures)));
        List<Effect> effects = new ArrayList<>();
        for (int i = 0; i < metered.size(); i++) {
            BigDecimal quantity = metered.get(i);
            if (quantity != null && !plan.metrics().get(i).leftOut()) {
                AuditedPlan.Metric metric = plan.metrics().get(i);
                effects.add(new Effect(metric.name(), step(usage, plan, metric, quantity, windows.hour()),
                        step(usage, plan, metric, quantity, windows.day()),
                        step(usage, plan, metric, quantity, windows.month())));
            }
        }
        return effects;
    }

    private Step step(LoggedUsage usage, AuditedPlan plan, AuditedPlan.Metric metric, BigDecimal quantity,
            String window) {
        Tally before = tallies.get(key(usage.origin(), plan, metric.name(), window));
        Tally after = Tally.after(before, metric.accumulate(), quantity, usage.origin().end());
        Bounds.check(after.quantity(), ACCUMULATOR, "quantity_out_of_bounds");
        return new Step(before, after, BigDecimal.ZERO);
    }

    /** Adds what each step costs: price × change, or what the organization's total of the month then costs more. */
    private List<Effect> rated(LoggedUsage usage, AuditedPlan plan, List<Effect> effects) {
        Map<String, AuditedPlan.Metric> metrics = new HashMap<>();
        plan.metrics().forEach(metric -> metrics.put(metric.name(), metric));
        List<Effect> rated = new ArrayList<>();
        for (Effect effect : effects) {
            AuditedPlan.Metric metric = metrics.get(effect.metric());
            Price price = metric.price(usage.pin().country(), usage.pin().currency());
            if (price == null) {
                rated.add(effect);
            } else if (Charging.proportional(metric.rate(), price)) {
                rated.add(new Effect(effect.metric(),
                        effect.hour().costing(Charging.proportional(effect.hour().change(), price)),
                        effect.day().costing(Charging.proportional(effect.day().change(), price)),
                        effect.month().costing(Charging.proportional(effect.month().change(), price))));
            } else {
                BigDecimal before = totals.getOrDefault(total(usage, plan, effect), BigDecimal.ZERO);
                BigDecimal after = before.add(effect.month().change());
                BigDecimal amount = Charging.total(after, metric.rate(), price)
                        .subtract(Charging.total(before, metric.rate(), price));
                rated.add(new Effect(effect.metric(), effect.hour().costing(amount), effect.day().costing(amount),
                        effect.month().costing(amount)));
            }
        }
        return rated;
    }

    private void limits(LoggedUsage usage, AuditedPlan plan, Windows windows) {
        for (String window : List.of(windows.day(), windows.month())) {
            if (currencies.containsKey(window) && !currencies.get(window).equals(usage.pin().currency())) {
                throw new RefusedException(AGGREGATOR, "currency_mismatch");
            }
            if (!entries.room(window, usage.origin(), plan.path())) {
                throw new RefusedException(AGGREGATOR, "too_many_plans");
            }
        }
    }

    private static void costs(Effect effect) {
        for (Step step : List.of(effect.hour(), effect.day(), effect.month())) {
            Bounds.check(step.cost(), AGGREGATOR, "cost_out_of_bounds");
        }
    }

    private void count(LoggedUsage usage, AuditedPlan plan, Windows windows, List<Effect> effects) {
        for (Effect effect : effects) {
            tallies.put(key(usage.origin(), plan, effect.metric(), windows.hour()), effect.hour().after());
            tallies.put(key(usage.origin(), plan, effect.metric(), windows.day()), effect.day().after());
            tallies.put(key(usage.origin(), plan, effect.metric(), windows.month()), effect.month().after());
            totals.merge(total(usage, plan, effect), effect.month().change(), BigDecimal::add);
        }
        for (String window : List.of(windows.day(), windows.month())) {
            currencies.put(window, usage.pin().currency());
            entries.add(window, usage.origin(), plan.path());
        }
    }

    private static TallyKey key(Origin origin, AuditedPlan plan, String metric, String window) {
        return new TallyKey(new Consumer(origin.organizationId(), origin.spaceId(), origin.consumerId()),
                origin.resourceId(), origin.resourceInstanceId(), plan.path(), metric, window);
    }

    private static TotalKey total(LoggedUsage usage, AuditedPlan plan, Effect effect) {
        return new TotalKey(usage.origin().resourceId(), plan.path(), effect.metric());
    }
}
