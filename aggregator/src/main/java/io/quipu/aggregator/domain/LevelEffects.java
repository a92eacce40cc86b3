package io.quipu.aggregator.domain;

import io.quipu.common.plan.MeteringException;
import io.quipu.common.quantity.Decimals;
import io.quipu.common.time.Window;
import io.quipu.common.totals.LevelSums;
import io.quipu.common.totals.PlanLevels.Tariff;
import io.quipu.common.usage.AccumulatedUsage;
import io.quipu.common.usage.LevelChange;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the level changes of one usage come to in each window that contains one of their times: sums per plan and metric,
 * relative to that window. Sums are the same in whatever order and portions they are added.
 */
final class LevelEffects {

    private static final LevelEffects NONE = new LevelEffects();

    /** Hours, then days, then months, each ascending. */
    private final SortedMap<Window, WindowEffects> windows = new TreeMap<>();
    private final SortedMap<PlanKey, SortedMap<String, PooledPrice>> prices = new TreeMap<>();

    private LevelEffects() {
    }

    /** The effects of a usage's level changes. */
    static LevelEffects of(AccumulatedUsage usage) {
        List<LevelChange> changes = usage.levelChanges();
        if (changes.isEmpty()) {
            return NONE;
        }
        LevelEffects effects = new LevelEffects();
        for (LevelChange change : changes) {
            PlanKey key = new PlanKey(usage.origin().resourceId(), change.path());
            for (Window.Unit unit : Window.Unit.values()) {
                Window window = Window.of(unit, change.time());
                effects.windows.computeIfAbsent(window, w -> new WindowEffects()).add(window, key, change);
            }
            if (sets(usage, change)) {
                PooledPrice price = new PooledPrice(new Tariff(change.metric(), Window.month(usage.acceptedAt()), change.plan(),
                        usage.pin().country(), usage.pin().currency()), Window.month(change.time()));
                effects.prices.computeIfAbsent(key, k -> new TreeMap<>()).merge(change.metric(), price, PooledPrice::earlier);
            }
        }
        return effects;
    }

    /**
     * Whether it is of a level that the usage sets at a price that is not proportional. What ends was set by another usage,
     * perhaps at another price; a stop sets none, though it may be pinned to the price of what it ends.
     */
    private static boolean sets(AccumulatedUsage usage, LevelChange change) {
        return change.pooled() != null && change.plan().equals(usage.pin().plan())
                && (usage.event() == null || !usage.event().kind().stops());
    }

    /** Whether no level changes. */
    boolean isEmpty() {
        return windows.isEmpty();
    }

    /** The prices, not proportional, at which the usage sets levels, by plan and metric. */
    SortedMap<PlanKey, SortedMap<String, PooledPrice>> prices() {
        return prices;
    }

    /** The windows of that unit in which a level changes, ascending. */
    List<Window> windows(Window.Unit unit) {
        return windows.keySet().stream().filter(window -> window.unit() == unit).toList();
    }

    /** The changes in a window, by plan; empty when there are none. */
    SortedMap<PlanKey, PlanEffects> in(Window window) {
        WindowEffects found = windows.get(window);
        return found == null ? Collections.emptySortedMap() : found.plans;
    }

    /** The hours of a day in which a level changes, ascending. */
    List<Window> hours(Window day) {
        return windows(Window.Unit.HOUR).stream().filter(hour -> day.contains(hour.from())).toList();
    }

    /** The currencies of the changes in a window, in their order; one, unless the usage is to be rejected. */
    Set<String> currencies(Window window) {
        WindowEffects found = windows.get(window);
        return found == null ? Set.of() : found.currencies;
    }

    /**
     * Checks that a sum is one that documents hold.
     *
     * @throws MeteringException code {@code quantity_out_of_bounds} or {@code cost_out_of_bounds}, when it has more digits
     */
    static void checkBounds(String metric, String where, LevelSums sums) {
        check(metric, where, "quantity", sums.change(), sums.area());
        check(metric, where, "cost", sums.costChange(), sums.costArea());
        // a part may be larger than the whole, since levels may be negative
        check(metric, where, "quantity", sums.pooled(), sums.pooledArea() == null ? BigDecimal.ZERO : sums.pooledArea());
    }

    private static void check(String metric, String where, String what, BigDecimal change, BigDecimal area) {
        if (!Decimals.computable(change) || !Decimals.computable(area)) {
            throw new MeteringException(what + "_out_of_bounds", "metric " + metric + ": the sums of its level's " + what
                    + " in " + where + " are not below 10^" + Decimals.MAX_INTEGER_DIGITS + " or have more than "
                    + Decimals.MAX_COMPUTED_FRACTION_DIGITS + " digits after the decimal point");
        }
    }

    private static final class WindowEffects {

        private final SortedMap<PlanKey, PlanEffects> plans = new TreeMap<>();
        private final Set<String> currencies = new LinkedHashSet<>();

        private void add(Window window, PlanKey key, LevelChange change) {
            PlanEffects before = plans.get(key);
            Map<String, LevelSums> metrics = before == null ? new TreeMap<>() : before.metrics;
            metrics.merge(change.metric(), LevelSums.of(window, change.time(), change.change(), change.cost(),
                            change.pooledChange()),
                    LevelSums::plus);
            plans.put(key, new PlanEffects(change.plan(), metrics));
            currencies.add(change.currency());
        }
    }

    /**
     * The changes under one plan in one window.
     *
     * @param version the id of the plan version of the last change
     * @param metrics the sums of each metric, by name
     */
    record PlanEffects(String version, Map<String, LevelSums> metrics) {
    }

    /**
     * A price, not proportional, at which a usage sets levels of a metric.
     *
     * @param tariff the price, by the month in which the usage was accepted
     * @param earliest the first month in which it sets one
     */
    record PooledPrice(Tariff tariff, Window earliest) {

        private PooledPrice earlier(PooledPrice other) {
            return earliest.compareTo(other.earliest) <= 0 ? this : other;
        }

        /** The price, by the first month in which a level is set at it. */
        Tariff fromEarliest() {
            return new Tariff(tariff.metric(), earliest, tariff.plan(), tariff.country(), tariff.currency());
        }
    }
}
