package io.quipu.aggregator.domain;

import io.quipu.common.time.Window;
import io.quipu.common.totals.PlanLevels;
import io.quipu.common.totals.PlanLevels.Tariff;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * At which prices the levels of an organization are charged whose price is not proportional, while a batch is folded. A month is
 * charged at the price with which the last such level was set that was accepted by the month's end: so what comes after a month
 * does not change its price. Where there is none, since the first levels of a month came when it was over, it is that of the first
 * of them. Confined to one attempt.
 *
 * <p>They stay when the levels have gone: what ran within a month is charged then, too.
 */
final class OpenTariffs {

    /** Tariffs of a metric that are kept; the oldest goes, and months before the next are charged at that one. */
    static final int MAX_TARIFFS = OpenLevels.MAX_MONTHS;

    private final SortedMap<PlanKey, SortedMap<String, SortedMap<Window, Tariff>>> plans = new TreeMap<>();

    /** Tariffs as a document holds them. */
    static OpenTariffs of(List<PlanLevels> levels) {
        OpenTariffs open = new OpenTariffs();
        for (PlanLevels plan : levels) {
            if (plan.tariffs() != null) {
                plan.tariffs().forEach(tariff -> open.months(new PlanKey(plan.resourceId(), plan.path()), tariff.metric())
                        .put(tariff.month(), tariff));
            }
        }
        return open;
    }

    private SortedMap<Window, Tariff> months(PlanKey key, String metric) {
        return plans.computeIfAbsent(key, k -> new TreeMap<>()).computeIfAbsent(metric, m -> new TreeMap<>());
    }

    /** How many metrics of plans there are. */
    int size() {
        return plans.values().stream().mapToInt(Map::size).sum();
    }

    /** How many of the metrics that are set at such a price have no tariff yet. */
    int missing(LevelEffects levels) {
        return (int) levels.prices().entrySet().stream().flatMap(plan -> plan.getValue().keySet().stream()
                .filter(metric -> !plans.containsKey(plan.getKey()) || !plans.get(plan.getKey()).containsKey(metric)))
                .count();
    }

    /** Folds the prices at which a usage sets levels. */
    void add(LevelEffects levels) {
        levels.prices().forEach((key, prices) -> prices.forEach((metric, price) -> add(months(key, metric), price)));
    }

    private static void add(SortedMap<Window, Tariff> months, LevelEffects.PooledPrice price) {
        Tariff tariff = price.tariff();
        if (months.isEmpty() || !samePrice(months.get(months.lastKey()), tariff)) {
            months.put(tariff.month(), tariff);
        }
        // Nothing ran before the first tariff. What does now needs its own, or it would cost what the next month comes to cost.
        if (months.firstKey().compareTo(price.earliest()) > 0) {
            months.put(price.earliest(), price.fromEarliest());
        }
        while (months.size() > MAX_TARIFFS) {
            months.remove(months.firstKey());
        }
    }

    private static boolean samePrice(Tariff one, Tariff other) {
        return one.plan().equals(other.plan()) && one.country().equals(other.country())
                && one.currency().equals(other.currency());
    }

    /** The levels with their tariffs, by resource and plan path. */
    List<PlanLevels> sealed(List<PlanLevels> levels) {
        if (plans.isEmpty()) {
            return levels;
        }
        SortedMap<PlanKey, PlanLevels> sealed = new TreeMap<>();
        levels.forEach(plan -> sealed.put(new PlanKey(plan.resourceId(), plan.path()), plan));
        plans.forEach((key, metrics) -> {
            List<Tariff> tariffs = new ArrayList<>();
            metrics.values().forEach(months -> tariffs.addAll(months.values()));
            PlanLevels plan = sealed.get(key);
            sealed.put(key, new PlanLevels(key.resourceId(), key.path(),
                    plan == null ? tariffs.get(tariffs.size() - 1).plan() : plan.plan(),
                    plan == null ? List.of() : plan.metrics(), tariffs));
        });
        return List.copyOf(sealed.values());
    }
}
