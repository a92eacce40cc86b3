package io.quipu.reporting.report;

import io.quipu.common.plan.CompiledPlan;
import io.quipu.common.plan.MetricFunctions;
import io.quipu.common.plan.Price;
import io.quipu.common.plan.Rate;
import io.quipu.common.plan.RatingFunctions;
import java.util.List;
import java.util.Optional;

/**
 * What a report needs of one plan version: its metrics, in the plan's order, and their functions. Immutable.
 */
public final class PlanTerms {

    private final CompiledPlan plan;
    private final List<String> metrics;

    /** The terms of a plan version. */
    public PlanTerms(CompiledPlan plan) {
        this.plan = plan;
        this.metrics = List.copyOf(plan.functions().keySet());
    }

    /** The metrics, in the order of reports. */
    public List<String> metrics() {
        return metrics;
    }

    /** Whether the plan has that metric. */
    public boolean has(String metric) {
        return plan.functions().containsKey(metric);
    }

    /** The functions of a metric; empty when it is not in the plan, or no longer. */
    public Optional<MetricFunctions> functions(String metric) {
        return Optional.ofNullable(plan.functions().get(metric));
    }

    /** How a metric is rated, unless it is by {@link #ratingFunctions}. */
    public Rate rate(String metric) {
        return plan.version().rating().rate(metric);
    }

    /** The formulas by which a metric is rated; empty when it is rated by a built-in function, or is not in the plan. */
    public Optional<RatingFunctions> ratingFunctions(String metric) {
        return plan.ratingFunctions(metric);
    }

    /** The price of a metric in a country and currency; empty where it has none. */
    public Optional<Price> price(String metric, String country, String currency) {
        return plan.price(metric, country, currency);
    }
}
