package io.quipu.reporting.report;

import io.quipu.common.plan.MetricFunctions;
import io.quipu.common.plan.Price;
import io.quipu.common.plan.Rate;
import io.quipu.common.quantity.Decimals;
import io.quipu.common.time.UnitOfTime;
import io.quipu.common.time.Window;
import io.quipu.common.totals.PlanLevels;
import io.quipu.common.totals.PlanLevels.Tariff;
import io.quipu.reporting.report.PooledLevels.Place;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What an organization's pooled levels cost: with C(x) the cost of a month's area up to x, a window that begins at x and counts to
 * y costs C(y) − C(x). So hours add up to their day and days to their month, whatever the price. A month is charged at one price,
 * that of its {@linkplain Tariff tariff}. What the metric has come to in the month beside its levels was charged as it came and uses
 * up free units and tiers first.
 *
 * <p>With 10 GB-hours free and 1 for each further one, and 6 GB-hours each day: the first day costs 0, the second 2, the third 6.
 * Not thread-safe.
 */
final class PooledRating {

    private final ReportWindows windows;
    private final LevelEvaluation levels;
    private final Function<String, PlanTerms> terms;
    private final Map<PlanKey, Map<String, NavigableMap<Window, Tariff>>> tariffs = new HashMap<>();
    private final Map<Place, BigDecimal> areas = new HashMap<>();

    /**
     * A rating.
     *
     * @param windows the windows of the report
     * @param levels the organization's levels, evaluated
     * @param organization the same levels, with their tariffs
     * @param terms the terms of a plan version, by its id
     */
    PooledRating(ReportWindows windows, LevelEvaluation levels, Collection<PlanLevels> organization,
            Function<String, PlanTerms> terms) {
        this.windows = windows;
        this.levels = levels;
        this.terms = terms;
        for (PlanLevels plan : organization) {
            if (plan.tariffs() != null) {
                plan.tariffs().forEach(tariff -> tariffs.computeIfAbsent(PlanKey.of(plan), key -> new HashMap<>())
                        .computeIfAbsent(tariff.metric(), metric -> new TreeMap<>()).put(tariff.month(), tariff));
            }
        }
    }

    /** What those windows cost. */
    PooledLevels rate(Collection<Window> shown) {
        Map<Place, BigDecimal> shownAreas = levels.pooledAreas(shown);
        Map<Place, BigDecimal> costs = new HashMap<>();
        shownAreas.keySet().forEach(place -> costs.put(place, cost(place)));
        return new PooledLevels(shownAreas, costs);
    }

    private BigDecimal cost(Place place) {
        Window month = Window.month(place.window().from());
        NavigableMap<Window, Tariff> ofMetric = tariffs.getOrDefault(place.plan(), Map.of()).get(place.metric());
        if (ofMetric == null) {
            // Documents that do not fit, in a report that is not settled: whatever sets a pooled level sets a tariff.
            return BigDecimal.ZERO;
        }
        Tariff tariff = tariff(ofMetric, month);
        PlanTerms plan = terms.apply(tariff.plan());
        Optional<Price> price = plan.price(place.metric(), tariff.country(), tariff.currency());
        if (price.isEmpty()) {
            return BigDecimal.ZERO;
        }
        BigDecimal unit = plan.functions(place.metric()).flatMap(MetricFunctions::unitOfTime)
                .orElse(UnitOfTime.HOURS.millis());
        Rate rate = plan.rate(place.metric());
        BigDecimal beside = levels.beside(place.plan(), place.metric(), month);
        BigDecimal before = before(place);
        return Decimals.subtract(cost(before.add(area(place)), unit, beside, rate, price.get()),
                cost(before, unit, beside, rate, price.get()));
    }

    private static BigDecimal cost(BigDecimal area, BigDecimal unit, BigDecimal beside, Rate rate, Price price) {
        return rate.cost(Decimals.add(Decimals.divide(area, unit), beside), price);
    }

    /** That of the month or the last before it; where the oldest have gone, the first that is left. */
    private static Tariff tariff(NavigableMap<Window, Tariff> ofMetric, Window month) {
        Map.Entry<Window, Tariff> found = ofMetric.floorEntry(month);
        return found == null ? ofMetric.firstEntry().getValue() : found.getValue();
    }

    private BigDecimal area(Place place) {
        return areas.computeIfAbsent(place, p -> levels.pooledArea(p.plan(), p.metric(), p.window()));
    }

    private Place at(Place place, Window window) {
        return new Place(place.plan(), place.metric(), window);
    }

    /** The area of the month before a window: before a day, the month's without that day's and those after it,
     * which were read; before an hour, likewise of its day. */
    private BigDecimal before(Place place) {
        Window window = place.window();
        Window month = Window.month(window.from());
        return switch (window.unit()) {
            case MONTH -> BigDecimal.ZERO;
            case DAY -> {
                Window today = Window.day(windows.time());
                BigDecimal before = area(at(place, month));
                for (Window day = window; day.from() < month.to() && day.compareTo(today) <= 0; day = day.next()) {
                    before = before.subtract(area(at(place, day)));
                }
                yield before;
            }
            case HOUR -> {
                Window day = Window.day(window.from());
                BigDecimal before = before(at(place, day)).add(area(at(place, day)));
                for (Window hour = window; hour.from() < day.to(); hour = hour.next()) {
                    before = before.subtract(area(at(place, hour)));
                }
                yield before;
            }
        };
    }
}
