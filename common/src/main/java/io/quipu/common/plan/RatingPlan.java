package io.quipu.common.plan;

import java.util.List;
import java.util.Optional;

/**
 * How quantities become costs.
 *
 * @param planId its id
 * @param metrics the rated metrics, names unique; a metric that is not named is rated per unit
 */
public record RatingPlan(String planId, List<Metric> metrics) {

    /** Copies the list. */
    public RatingPlan {
        metrics = List.copyOf(metrics);
    }

    /** How the plan rates that metric, if it says so. */
    public Optional<Metric> metric(String name) {
        return metrics.stream().filter(metric -> metric.name().equals(name)).findFirst();
    }

    /**
     * The formulas by which a metric is rated: those that were not recognized, and of a metric that runs as formulas itself also those
     * that were, since only it has the quantity that they expect. Empty when it is rated by a built-in {@link #rate}.
     */
    public Optional<Metric> formulas(MeteringPlan.Metric metered) {
        return metric(metered.name()).filter(Metric::formulas)
                .filter(metric -> metric.executes() == null || metered.formulas());
    }

    /**
     * The built-in rate function of a metric: the one that it names, or that its functions were recognized as; {@code per_unit}
     * where there is none.
     */
    public Rate rate(String metric) {
        return metric(metric).map(Metric::builtIn).map(Rate::named).orElse(Rate.PER_UNIT);
    }

    /**
     * How one metric is rated.
     *
     * @param name the metric
     * @param rate the name of a {@link Rate}, or the text of a function from price and quantity to cost; null means {@code
     *     per_unit}
     * @param charge the text of the function from a time and a cost to what is charged; null means the cost
     * @param executes the name of the {@link Rate} that {@code rate} and {@code charge} were recognized as when the plan was
     *     stored; null when they were not, or neither is a function
     */
    public record Metric(String name, String rate, String charge, String executes) {

        /** A metric whose cost is what is charged. */
        public Metric(String name, String rate) {
            this(name, rate, null, null);
        }

        /** Whether {@code rate} or {@code charge} is the text of a function. */
        public boolean formulas() {
            return FunctionText.is(rate) || charge != null;
        }

        private String builtIn() {
            return executes != null || FunctionText.is(rate) ? executes : rate;
        }
    }
}
