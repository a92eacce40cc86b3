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

    /** The rate function of a metric. */
    public Rate rate(String metric) {
        return metrics.stream().filter(m -> m.name().equals(metric)).findFirst()
                .flatMap(m -> Optional.ofNullable(m.rate())).map(Rate::named).orElse(Rate.PER_UNIT);
    }

    /**
     * How one metric is rated.
     *
     * @param name the metric
     * @param rate the name of a {@link Rate}; null means {@code per_unit}
     */
    public record Metric(String name, String rate) {
    }
}
