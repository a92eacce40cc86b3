package io.quipu.reporting.report;

import io.quipu.common.plan.MeteringPlan;
import io.quipu.common.plan.MetricFunctions;
import io.quipu.common.plan.PlanVersion;
import io.quipu.common.plan.Price;
import io.quipu.common.plan.Rate;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a report needs of one plan version: its metrics, in the plan's order, and their functions. Immutable.
 */
public final class PlanTerms {

    private final Map<String, MetricFunctions> functions;
    private final List<String> metrics;
    private final PlanVersion version;

    private PlanTerms(PlanVersion version, Map<String, MetricFunctions> functions) {
        this.version = version;
        this.functions = Collections.unmodifiableMap(functions);
        this.metrics = List.copyOf(functions.keySet());
    }

    /**
     * The terms of a plan version.
     *
     * @param plan the plan version
     * @param functions the functions that a metric declares
     */
    public static PlanTerms of(PlanVersion plan, Function<MeteringPlan.Metric, MetricFunctions> functions) {
        Map<String, MetricFunctions> byMetric = new LinkedHashMap<>();
        plan.metering().metrics().forEach(metric -> byMetric.put(metric.name(), functions.apply(metric)));
        return new PlanTerms(plan, byMetric);
    }

    /** The metrics, in the order of reports. */
    public List<String> metrics() {
        return metrics;
    }

    /** Whether the plan has that metric. */
    public boolean has(String metric) {
        return functions.containsKey(metric);
    }

    /** The functions of a metric; empty when it is not in the plan, or no longer. */
    public Optional<MetricFunctions> functions(String metric) {
        return Optional.ofNullable(functions.get(metric));
    }

    /** How a metric is rated. */
    public Rate rate(String metric) {
        return version.rating().rate(metric);
    }

    /** The price of a metric in a country and currency; empty where it has none. */
    public Optional<Price> price(String metric, String country, String currency) {
        return version.pricing().price(metric, country, currency);
    }
}
