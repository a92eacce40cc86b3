package io.quipu.common.plan;

import io.quipu.common.formula.EvaluationException;
import io.quipu.common.formula.Expression;
import io.quipu.common.quantity.Decimals;
import io.quipu.common.quantity.Value;
import io.quipu.common.time.UnitOfTime;
import io.quipu.common.time.Window;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The functions that a metric declares by name: metered by an {@link Expression}, accumulated by an {@link Accumulate},
 * aggregated as a difference, summarized as they are. Exact but for the quotients and products of the expression.
 * Immutable and thread-safe.
 */
public final class BuiltInFunctions implements MetricFunctions {

    /** Rejects a usage whose quantity, or the state it leads to, is not {@link Decimals#computable}. */
    public static final String OUT_OF_BOUNDS = "quantity_out_of_bounds";

    /** Rejects a usage for which the metering expression has no result. */
    public static final String METERING_FAILED = "metering_failed";

    /** A metric of Abacus's that counts hours, or the like, of durations in milliseconds. */
    private static final Pattern DURATION = Pattern.compile("\\s*duration\\s*/\\s*([0-9]+(?:\\.[0-9]+)?)\\s*");

    private final String metric;
    private final Meter meter;
    private final Accumulate accumulate;
    private final BigDecimal unitOfTime;

    private BuiltInFunctions(String metric, Meter meter, Accumulate accumulate, BigDecimal unitOfTime) {
        this.metric = metric;
        this.meter = meter;
        this.accumulate = accumulate;
        this.unitOfTime = unitOfTime;
    }

    /**
     * The functions of a metric.
     *
     * @throws io.quipu.common.formula.FormulaException when its {@code meter} is not an expression
     * @throws IllegalArgumentException when there is no such {@code accumulate} function or unit of time
     */
    static BuiltInFunctions of(MeteringPlan.Metric metric) {
        Meter meter = metric.meter() == null ? new Named(metric.name()) : new Computed(Expression.parse(metric.meter()));
        Accumulate accumulate = metric.accumulate() == null ? Accumulate.SUM : Accumulate.named(metric.accumulate());
        UnitOfTime unit = metric.timeUnit() == null ? UnitOfTime.HOURS : UnitOfTime.named(metric.timeUnit());
        return new BuiltInFunctions(metric.name(), meter, accumulate, switch (accumulate) {
            case TIME_WEIGHTED -> unit.millis();
            case SUM -> duration(metric.meter()).orElse(null);
            default -> null;
        });
    }

    /** How many milliseconds count one, when a metering expression is {@code duration / k}. */
    public static Optional<BigDecimal> duration(String meter) {
        Matcher matcher = DURATION.matcher(meter == null ? "" : meter);
        return matcher.matches() ? Optional.of(new BigDecimal(matcher.group(1))).filter(k -> k.signum() > 0)
                : Optional.empty();
    }

    /**
     * {@inheritDoc}
     *
     * <p>A measure that is missing beside one that is present counts as 0. An expression without measures, such as {@code
     * 1}, contributes to every usage.
     */
    @Override
    public Optional<Value> meter(Map<String, BigDecimal> measures, long start, long end) {
        return metered(measures);
    }

    private Optional<Value> metered(Map<String, BigDecimal> measures) {
        BigDecimal quantity;
        try {
            quantity = meter.quantity(measures);
        } catch (EvaluationException e) {
            throw new MeteringException(METERING_FAILED, "metric " + metric + " cannot be metered: " + e.getMessage());
        }
        return Optional.ofNullable(quantity).map(number -> Value.of(bounded(() -> "the quantity", number)));
    }

    @Override
    public Optional<Value> accumulate(Optional<Value> state, Value quantity, long start, long end, Window window) {
        Value after = accumulate.accumulate(state, quantity.asNumber(), end);
        bounded(() -> "the " + accumulate.id() + " of " + window, accumulate.quantity(after).asNumber());
        return Optional.of(after);
    }

    @Override
    public Value quantity(Value state) {
        return accumulate.quantity(state);
    }

    @Override
    public Value aggregate(Optional<Value> total, Optional<Value> previous, Value current) {
        BigDecimal before = total.map(Value::asNumber).orElse(BigDecimal.ZERO);
        BigDecimal change = Decimals.subtract(current.asNumber(), previous.map(Value::asNumber).orElse(BigDecimal.ZERO));
        return Value.of(Decimals.add(before, change));
    }

    @Override
    public BigDecimal summarize(long time, Value quantity, Window window) {
        return quantity.asNumber();
    }

    @Override
    public boolean additive() {
        return accumulate.additive();
    }

    @Override
    public boolean timeWeighted() {
        return accumulate == Accumulate.TIME_WEIGHTED;
    }

    /**
     * {@inheritDoc}
     *
     * <p>Of a metric that is weighted by time it is what is metered. A sum of durations, {@code duration / k}, runs at a level of
     * one: it comes to what usage of the same durations comes to.
     */
    @Override
    public Optional<Value> level(Map<String, BigDecimal> measures) {
        if (timeWeighted()) {
            return metered(measures);
        }
        return unitOfTime == null ? Optional.empty() : Optional.of(Value.of(BigDecimal.ONE));
    }

    @Override
    public Optional<BigDecimal> unitOfTime() {
        return Optional.ofNullable(unitOfTime);
    }

    private BigDecimal bounded(Supplier<String> what, BigDecimal number) {
        if (!Decimals.computable(number)) {
            throw new MeteringException(OUT_OF_BOUNDS, what.get() + " of metric " + metric + " is out of bounds: "
                    + number.round(Decimals.PRECISION) + " has more than " + Decimals.MAX_INTEGER_DIGITS
                    + " digits before or " + Decimals.MAX_COMPUTED_FRACTION_DIGITS + " after the decimal point");
        }
        return number;
    }

    /** From measures to a quantity, or null when none of its measures is there. */
    private sealed interface Meter {
        BigDecimal quantity(Map<String, BigDecimal> measures);
    }

    /** One measure as it is. Its name may be any, also one that is no name in an expression. */
    private record Named(String measure) implements Meter {
        @Override
        public BigDecimal quantity(Map<String, BigDecimal> measures) {
            return measures.get(measure);
        }
    }

    private record Computed(Expression expression) implements Meter {
        @Override
        public BigDecimal quantity(Map<String, BigDecimal> measures) {
            SortedSet<String> names = expression.variables();
            if (!names.isEmpty() && names.stream().noneMatch(measures::containsKey)) {
                return null;
            }
            return expression.evaluate(name -> measures.getOrDefault(name, BigDecimal.ZERO));
        }
    }
}
