package io.quipu.common.plan;

import io.quipu.common.usage.PlanPath;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A plan version ready for work: its functions compiled once. Immutable. */
public final class CompiledPlan {

    private final PlanVersion plan;
    private final Map<String, MetricFunctions> functions;

    private CompiledPlan(PlanVersion plan, Map<String, MetricFunctions> functions) {
        this.plan = plan;
        this.functions = functions;
    }

    /** Compiles a plan version. */
    public static CompiledPlan of(PlanVersion plan) {
        Map<String, MetricFunctions> functions = new LinkedHashMap<>();
        plan.metering().metrics().forEach(metric -> functions.put(metric.name(), BuiltInFunctions.of(metric)));
        return new CompiledPlan(plan, Collections.unmodifiableMap(functions));
    }

    /** The four ids under which totals are kept. */
    public PlanPath path() {
        return plan.path();
    }

    /** The functions of all metrics, in the plan's order. */
    public Map<String, MetricFunctions> functions() {
        return functions;
    }

    /**
     * The functions of a metric.
     *
     * @throws IllegalArgumentException when the plan has no such metric
     */
    public MetricFunctions functions(String metric) {
        MetricFunctions found = functions.get(metric);
        if (found == null) {
            throw new IllegalArgumentException("plan " + path().joined() + " has no metric " + metric);
        }
        return found;
    }

    /** The rate function of a metric. */
    public Rate rate(String metric) {
        return plan.rating().rate(metric);
    }

    /** The price of a metric in a country and currency; empty when it is free of charge. */
    public Optional<Price> price(String metric, String country, String currency) {
        return plan.pricing().price(metric, country, currency);
    }
}
