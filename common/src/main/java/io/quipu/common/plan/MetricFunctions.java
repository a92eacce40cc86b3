package io.quipu.common.plan;

import io.quipu.common.quantity.Value;
import io.quipu.common.time.Window;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;

/**
 * What a metric does with usage: metered from measures, accumulated over time in one resource instance, aggregated over
 * instances, summarized as of a time. Pure: no clock, no randomness, no catalog.
 *
 * <p>A window's <em>state</em> is what {@code accumulate} needs to go on, any JSON value; its <em>quantity</em> is what
 * is aggregated and reported. For most functions they are the same number.
 */
public interface MetricFunctions {

    /**
     * The functions of a metric, be they built in or formulas.
     *
     * @throws io.quipu.common.formula.FormulaException when its {@code meter} is not an expression, or a function is none of the
     *     language
     * @throws IllegalArgumentException when there is no function, or unit of time, of a name that it uses
     */
    static MetricFunctions of(MeteringPlan.Metric metric) {
        return metric.formulas() ? FormulaFunctions.of(metric) : BuiltInFunctions.of(metric);
    }

    /**
     * What a usage contributes.
     *
     * @param measures the measured quantities by measure
     * @param start when the usage began
     * @param end when it ended
     * @return the quantity, or empty when none of the metric's measures is in the usage: then it is not folded
     * @throws MeteringException when the expression fails or its result is out of bounds: the usage is rejected
     */
    Optional<Value> meter(Map<String, BigDecimal> measures, long start, long end);

    /**
     * The state of a window after one more usage of the same instance.
     *
     * @param state the state before, or empty
     * @param quantity what the usage contributes, as {@link #meter} answered
     * @param start when the usage began
     * @param end when it ended
     * @param window the window, which contains {@code end}
     * @return the state after, or empty to leave the window as it is
     * @throws MeteringException when there is no such state: the usage is rejected
     */
    Optional<Value> accumulate(Optional<Value> state, Value quantity, long start, long end, Window window);

    /** The quantity of a window in that state. */
    Value quantity(Value state);

    /**
     * The total over instances after one instance's quantity changed: total + current − previous.
     *
     * @param total the total before, or empty
     * @param previous the instance's quantity before, or empty
     * @param current the instance's quantity now
     */
    Value aggregate(Optional<Value> total, Optional<Value> previous, Value current);

    /** The number to report for a total, as of a time. */
    BigDecimal summarize(long time, Value quantity, Window window);

    /**
     * Whether the quantity of a month is the sum of the quantities of its days. True for sums and counts; false for a
     * maximum, a minimum or a last value.
     */
    boolean additive();

    /**
     * Whether what a usage meters is a level, which lasts from its end on, rather than a quantity. It is kept in its instance's
     * timeline: {@link #accumulate} and {@link #aggregate} are not for it. Unless a function says otherwise it meters none, and
     * events do not touch it.
     */
    default boolean timeWeighted() {
        return false;
    }

    /**
     * The level that a start, or another event, sets from its time on.
     *
     * @param measures the measured quantities by measure
     * @return the level, or empty when the event does not touch the metric
     * @throws MeteringException as {@link #meter}
     */
    default Optional<Value> level(Map<String, BigDecimal> measures) {
        return Optional.empty();
    }

    /** For how many milliseconds a level of one counts one; empty when the metric has no level. */
    default Optional<BigDecimal> unitOfTime() {
        return Optional.empty();
    }
}
