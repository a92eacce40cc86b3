package io.quipu.reporting.report;

import io.quipu.common.plan.MetricFunctions;
import io.quipu.reporting.report.PlanAmounts.Amount;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What the slot of a {@linkplain ReportWindows#cut cut} month shows: an additive metric is the sum of the days up to the
 * report's, any other that of the whole month so far as known. The latter must be the same at every level or children
 * would not add up; so it is shown, also for a consumer that came later, once the organization has used the plan by the
 * end of the report's day, and nowhere before that.
 */
final class MonthToDate {

    private final ReportWindows windows;
    private final Function<String, PlanTerms> terms;
    private final MetricSlots slots;
    private final Set<PlanKey> begun;

    /**
     * Of one report.
     *
     * @param windows the windows of the report
     * @param terms the terms of a plan version, by its id
     * @param slots finds the functions of metrics
     * @param begun what the organization has used on the days of the month
     */
    MonthToDate(ReportWindows windows, Function<String, PlanTerms> terms, MetricSlots slots, Set<PlanKey> begun) {
        this.windows = windows;
        this.terms = terms;
        this.slots = slots;
        this.begun = Set.copyOf(begun);
    }

    /** What each plan shows in a scope. */
    SortedMap<PlanKey, PlanAmounts> amounts(ScopeTotals totals) {
        TotalsSum days = new TotalsSum(terms);
        windows.toDate().forEach(day -> days.add(totals.of(day)));
        SortedMap<PlanKey, PlanAmounts> toDate = days.amounts();
        SortedMap<PlanKey, PlanAmounts> month = TotalsSum.amounts(terms, totals.of(windows.month()));
        Set<PlanKey> keys = new TreeSet<>(toDate.keySet());
        month.keySet().stream().filter(begun::contains).forEach(keys::add);
        SortedMap<PlanKey, PlanAmounts> plans = new TreeMap<>();
        for (PlanKey key : keys) {
            PlanAmounts used = toDate.get(key);
            PlanAmounts whole = month.get(key);
            List<String> versions = Stream.of(whole, used).filter(Objects::nonNull).map(PlanAmounts::plan).toList();
            SortedMap<String, Amount> metrics = new TreeMap<>();
            put(metrics, used, metric -> additive(versions, metric));
            put(metrics, whole, metric -> !additive(versions, metric));
            if (used != null || !metrics.isEmpty()) {
                plans.put(key, new PlanAmounts(used == null ? whole.plan() : used.plan(), metrics));
            }
        }
        return plans;
    }

    private static void put(SortedMap<String, Amount> metrics, PlanAmounts from, Predicate<String> which) {
        if (from != null) {
            from.metrics().forEach((metric, amount) -> {
                if (which.test(metric)) {
                    metrics.put(metric, amount);
                }
            });
        }
    }

    /** A metric that has left the plan is taken for additive: nothing is known of it but its totals. */
    private boolean additive(List<String> versions, String metric) {
        return slots.functions(versions, metric).map(MetricFunctions::additive).orElse(true);
    }
}
