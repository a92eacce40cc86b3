package io.quipu.reporting.report;

import io.quipu.common.plan.MeteringException;
import io.quipu.common.plan.MetricFunctions;
import io.quipu.common.quantity.Decimals;
import io.quipu.common.quantity.Value;
import io.quipu.common.totals.LevelSums;
import io.quipu.common.totals.MetricTotal;
import io.quipu.common.totals.PlanTotals;
import io.quipu.reporting.report.PlanAmounts.Amount;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Adds totals up, exactly, by resource, plan path and metric: the days of a month, the consumers of a space, the spaces
 * of an organization. The plan version is that of the totals added last, and so is the price of those that have one instead of a
 * sum of costs. Hours are not added. Not thread-safe.
 */
public final class TotalsSum {

    private final Function<String, PlanTerms> terms;
    private final SortedMap<PlanKey, Sum> sums = new TreeMap<>();

    /** The sums of one resource under one plan path, and the plan version added last. */
    private static final class Sum {
        private String plan;
        private final Map<String, LevelSums> levels = new HashMap<>();
        private final SortedMap<String, Amount> metrics = new TreeMap<>();
    }

    /**
     * An empty sum.
     *
     * @param terms the terms of a plan version, by its id
     */
    public TotalsSum(Function<String, PlanTerms> terms) {
        this.terms = terms;
    }

    /** Adds some totals. */
    public void add(List<PlanTotals> totals) {
        for (PlanTotals plan : totals) {
            Sum sum = sums.computeIfAbsent(PlanKey.of(plan), key -> new Sum());
            sum.plan = plan.plan();
            for (MetricTotal total : plan.metrics()) {
                if (total.level() != null) {
                    sum.levels.merge(total.metric(), total.level(), LevelSums::plus);
                }
                Amount next = new Amount(total.quantity(), total.cost(), total.price());
                Amount before = sum.metrics.putIfAbsent(total.metric(), next);
                if (before != null) {
                    sum.metrics.put(total.metric(), add(plan.plan(), total.metric(), before, next));
                }
            }
        }
    }

    private Amount add(String plan, String metric, Amount sum, Amount next) {
        return new Amount(add(terms.apply(plan).functions(metric), sum.quantity(), next.quantity()),
                Decimals.add(sum.cost(), next.cost()), next.price() == null ? sum.price() : next.price());
    }

    private static Value add(Optional<MetricFunctions> functions, Value sum, Value next) {
        if (functions.isEmpty() && sum instanceof Value.Numeric a && next instanceof Value.Numeric b) {
            return Value.of(a.number().add(b.number()));
        }
        // a metric that left the plan and is no number cannot be added: what came last stands for it
        return functions.map(f -> aggregate(f, sum, next)).orElse(next);
    }

    /** Formulas that have made both need not be able to add them up: then, too, what came last stands for it. */
    private static Value aggregate(MetricFunctions functions, Value sum, Value next) {
        try {
            return functions.aggregate(Optional.of(sum), Optional.empty(), next);
        } catch (MeteringException e) {
            return next;
        }
    }

    /** Some totals by resource and plan path. */
    static SortedMap<PlanKey, PlanAmounts> amounts(Function<String, PlanTerms> terms, List<PlanTotals> totals) {
        TotalsSum sum = new TotalsSum(terms);
        sum.add(totals);
        return sum.amounts();
    }

    /** The sums by resource and plan path; nothing is to be added after that. */
    SortedMap<PlanKey, PlanAmounts> amounts() {
        SortedMap<PlanKey, PlanAmounts> amounts = new TreeMap<>();
        sums.forEach((key, sum) -> amounts.put(key, new PlanAmounts(sum.plan, sum.metrics)));
        return amounts;
    }

    /** The sums as totals, with those of levels: what was added must be of one window then. */
    public List<PlanTotals> totals() {
        return sums.entrySet().stream().map(sum -> totals(sum.getKey(), sum.getValue())).toList();
    }

    private static PlanTotals totals(PlanKey key, Sum sum) {
        return new PlanTotals(key.resourceId(), key.path(), sum.plan, sum.metrics.entrySet().stream()
                .map(m -> new MetricTotal(m.getKey(), m.getValue().quantity(), m.getValue().cost(), null,
                        sum.levels.get(m.getKey()), m.getValue().price())).toList());
    }
}
