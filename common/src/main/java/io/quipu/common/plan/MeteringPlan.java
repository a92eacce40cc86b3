package io.quipu.common.plan;

import io.quipu.common.time.UnitOfTime;
import java.util.List;
import java.util.Optional;

/**
 * Which metrics are made of which measures, and how they add up over time.
 *
 * @param planId its id
 * @param measures what a provider may measure, names unique
 * @param metrics what is made of it, names unique, in the order of reports
 */
public record MeteringPlan(String planId, List<Measure> measures, List<Metric> metrics) {

    /** Copies the lists. */
    public MeteringPlan {
        measures = List.copyOf(measures);
        metrics = List.copyOf(metrics);
    }

    /** Whether the plan has a measure of that name. */
    public boolean hasMeasure(String name) {
        return measures.stream().anyMatch(measure -> measure.name().equals(name));
    }

    /** The metric of that name. */
    public Optional<Metric> metric(String name) {
        return metrics.stream().filter(metric -> metric.name().equals(name)).findFirst();
    }

    /**
     * Something that a provider measures.
     *
     * @param name its name
     * @param unit its unit, such as {@code BYTE}; informational
     */
    public record Measure(String name, String unit) {
    }

    /**
     * Something that is accounted for.
     *
     * @param name its name
     * @param unit its unit, such as {@code GIGABYTE}
     * @param type Abacus's {@code discrete} or {@code time-based}; informational, may be null
     * @param meter the metering expression over the measures, such as {@code storage / 1073741824}, or the text of a function;
     *     null means the measure of the metric's own name
     * @param accumulate how quantities of one instance add up in a window: {@code sum}, {@code max}, {@code min}, {@code
     *     last}, {@code count} or {@code time_weighted}, or the text of a function; null means {@code sum}
     * @param timeUnit the {@link UnitOfTime} in which a {@code time_weighted} metric counts; null means {@code hours}
     * @param aggregate the text of the function that adds up instances; null means total + current − previous
     * @param summarize the text of the function that says which number is reported; null means the quantity
     */
    public record Metric(String name, String unit, String type, String meter, String accumulate, String timeUnit,
            String aggregate, String summarize) {

        /** A metric whose quantities add up over instances and are reported as they are. */
        public Metric(String name, String unit, String type, String meter, String accumulate, String timeUnit) {
            this(name, unit, type, meter, accumulate, timeUnit, null, null);
        }

        /** A metric that is not weighted by time, or counts in hours. */
        public Metric(String name, String unit, String type, String meter, String accumulate) {
            this(name, unit, type, meter, accumulate, null);
        }

        /** Whether any of the four is the text of a function: then the metric runs as formulas, else it is built in. */
        public boolean formulas() {
            return FunctionText.is(meter) || FunctionText.is(accumulate) || aggregate != null || summarize != null;
        }
    }
}
