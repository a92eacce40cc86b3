package io.quipu.common.plan;

import io.quipu.common.usage.PlanPath;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A plan version made ready to be applied: its functions by metric, in the plan's order. Immutable and thread-safe. */
public final class CompiledPlan {

    private final PlanVersion version;
    private final PlanPath path;
    private final Map<String, MetricFunctions> functions;
    private final Map<String, Rate> rates;
    private final Map<String, RatingFunctions> ratingFunctions;
    private final boolean timeWeighted;

    private CompiledPlan(PlanVersion version, Map<String, MetricFunctions> functions, Map<String, Rate> rates,
            Map<String, RatingFunctions> ratingFunctions) {
        this.version = version;
        this.path = version.path();
        this.functions = Collections.unmodifiableMap(functions);
        this.rates = rates;
        this.ratingFunctions = ratingFunctions;
        this.timeWeighted = functions.values().stream().anyMatch(MetricFunctions::timeWeighted);
    }

    /**
     * Compiles the functions of every metric.
     *
     * @throws io.quipu.common.formula.FormulaException when a {@code meter} is not an expression, or a formula none of the language
     * @throws IllegalArgumentException when there is no function of a name that the plan uses
     */
    public static CompiledPlan of(PlanVersion version) {
        Map<String, MetricFunctions> functions = new LinkedHashMap<>();
        Map<String, RatingFunctions> ratingFunctions = new LinkedHashMap<>();
        for (MeteringPlan.Metric metric : version.metering().metrics()) {
            functions.put(metric.name(), MetricFunctions.of(metric));
            version.rating().formulas(metric).map(FormulaRating::of)
                    .ifPresent(formulas -> ratingFunctions.put(metric.name(), formulas));
        }
        return of(version, functions, ratingFunctions);
    }

    /**
     * A plan version with those functions.
     *
     * @param functions the functions of every metric, iterating in the plan's order
     * @param ratingFunctions the formulas of the metrics that are rated by any
     */
    public static CompiledPlan of(PlanVersion version, Map<String, MetricFunctions> functions,
            Map<String, RatingFunctions> ratingFunctions) {
        Map<String, Rate> rates = new LinkedHashMap<>();
        functions.keySet().forEach(metric -> rates.put(metric, version.rating().rate(metric)));
        return new CompiledPlan(version, new LinkedHashMap<>(functions), rates, Map.copyOf(ratingFunctions));
    }

    /** The definitions. */
    public PlanVersion version() {
        return version;
    }

    /** The four ids under which totals of this plan are kept. */
    public PlanPath path() {
        return path;
    }

    /** The functions by metric, iterating in the plan's order. */
    public Map<String, MetricFunctions> functions() {
        return functions;
    }

    /**
     * The functions of a metric.
     *
     * @throws IllegalArgumentException when the plan has no such metric
     */
    public MetricFunctions functions(String metric) {
        return known(metric, functions.get(metric));
    }

    /** Whether a usage of the plan may meter a level. */
    public boolean timeWeighted() {
        return timeWeighted;
    }

    /**
     * How a metric is rated, unless it has {@link #ratingFunctions}.
     *
     * @throws IllegalArgumentException when the plan has no such metric
     */
    public Rate rate(String metric) {
        return known(metric, rates.get(metric));
    }

    /** The formulas by which a metric is rated; empty when it is rated by a built-in {@link Rate}. */
    public Optional<RatingFunctions> ratingFunctions(String metric) {
        return Optional.ofNullable(ratingFunctions.get(metric));
    }

    /** The price of a metric in a country and currency; empty where it has none. */
    public Optional<Price> price(String metric, String country, String currency) {
        return version.pricing().price(metric, country, currency);
    }

    private <T> T known(String metric, T found) {
        if (found == null) {
            throw new IllegalArgumentException("plan " + path.joined() + " has no metric " + metric);
        }
        return found;
    }
}
