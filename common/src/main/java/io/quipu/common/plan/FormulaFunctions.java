package io.quipu.common.plan;

import io.quipu.common.quantity.Value;
import io.quipu.common.time.Window;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The functions of a metric at least one of which is the text of a function, as Cloud Foundry Abacus has them; the others are {@link
 * BuiltInFunctions}, which need numbers. Immutable and thread-safe.
 *
 * <p>Times are milliseconds since the epoch. A formula is offered only windows that contain the usage's end. What it makes is bounded,
 * see {@link FormulaLimits}; what has no result rejects the usage, by the stage that evaluates, and shows 0 in a report.
 */
final class FormulaFunctions implements MetricFunctions {

    /** Rejects a usage for which {@code accumulate} has no state. */
    static final String ACCUMULATING_FAILED = "accumulating_failed";

    /** Rejects a usage for which {@code aggregate} has no total. */
    static final String AGGREGATING_FAILED = "aggregating_failed";

    private static final String START = "start";
    private static final String END = "end";

    private final String metric;
    private final BuiltInFunctions builtIn;
    private final PlanFormula meter;
    private final PlanFormula accumulate;
    private final PlanFormula aggregate;
    private final PlanFormula summarize;
    private final List<String> measures;

    private FormulaFunctions(MeteringPlan.Metric metric, BuiltInFunctions builtIn) {
        this.metric = metric.name();
        this.builtIn = builtIn;
        this.meter = formula(metric.meter(), BuiltInFunctions.METERING_FAILED, "metered");
        this.accumulate = formula(metric.accumulate(), ACCUMULATING_FAILED, "accumulated");
        this.aggregate = formula(metric.aggregate(), AGGREGATING_FAILED, "aggregated");
        this.summarize = formula(metric.summarize(), AGGREGATING_FAILED, "summarized");
        this.measures = meter == null || meter.formula().parameters() == 0 ? List.of() : meter.formula().members(0).stream()
                .filter(member -> !member.equals(START) && !member.equals(END)).toList();
    }

    /**
     * The functions of a metric.
     *
     * @throws io.quipu.common.formula.FormulaException when one is not a function of the language, or a {@code meter} not an expression
     * @throws IllegalArgumentException when there is no such {@code accumulate} function, or it is {@code time_weighted}: a level is
     *     built in as a whole
     */
    static MetricFunctions of(MeteringPlan.Metric metric) {
        BuiltInFunctions builtIn = BuiltInFunctions.of(new MeteringPlan.Metric(metric.name(), metric.unit(), metric.type(),
                FunctionText.is(metric.meter()) ? null : metric.meter(),
                FunctionText.is(metric.accumulate()) ? null : metric.accumulate(), metric.timeUnit()));
        if (builtIn.timeWeighted()) {
            throw new IllegalArgumentException("metric " + metric.name() + " is weighted by time, which no formula goes with");
        }
        return new FormulaFunctions(metric, builtIn);
    }

    private PlanFormula formula(String text, String code, String done) {
        return PlanFormula.of(text, code, "metric " + metric + " cannot be " + done);
    }

    /**
     * {@inheritDoc}
     *
     * <p>A formula sees a member for each measure in the usage, and {@code start} and {@code end}. One that reads no measure
     * contributes to every usage.
     */
    @Override
    public Optional<Value> meter(Map<String, BigDecimal> measured, long start, long end) {
        if (meter == null) {
            return builtIn.meter(measured, start, end);
        }
        if (!measures.isEmpty() && measures.stream().noneMatch(measured::containsKey)) {
            return Optional.empty();
        }
        SortedMap<String, Value> members = new TreeMap<>();
        measured.forEach((measure, quantity) -> members.put(measure, Value.of(quantity)));
        members.put(START, PlanFormula.time(start));
        members.put(END, PlanFormula.time(end));
        return Optional.of(meter.value(new Value.Structure(members)));
    }

    @Override
    public Optional<Value> accumulate(Optional<Value> state, Value quantity, long start, long end, Window window) {
        if (accumulate != null) {
            return accumulate.nullable(state.orElse(Value.ZERO), quantity, PlanFormula.time(start), PlanFormula.time(end),
                    PlanFormula.time(window.from()), PlanFormula.time(window.to()));
        }
        if (!(quantity instanceof Value.Numeric)) {
            throw objectRefused(ACCUMULATING_FAILED, "accumulated");
        }
        return builtIn.accumulate(state, quantity, start, end, window);
    }

    @Override
    public Value quantity(Value state) {
        return accumulate == null ? builtIn.quantity(state) : state;
    }

    @Override
    public Value aggregate(Optional<Value> total, Optional<Value> previous, Value current) {
        if (aggregate != null) {
            return aggregate.value(total.orElse(Value.ZERO), previous.orElse(Value.ZERO), current);
        }
        if (!number(total) || !number(previous) || !(current instanceof Value.Numeric)) {
            throw objectRefused(AGGREGATING_FAILED, "aggregated");
        }
        return builtIn.aggregate(total, previous, current);
    }

    @Override
    public BigDecimal summarize(long time, Value quantity, Window window) {
        return summarize == null ? PlanFormula.number(quantity) : summarize.shown(time, quantity, window);
    }

    /**
     * {@inheritDoc}
     *
     * <p>What a formula adds up may depend on the window.
     */
    @Override
    public boolean additive() {
        return accumulate == null && aggregate == null && builtIn.additive();
    }

    private static boolean number(Optional<Value> value) {
        return value.isEmpty() || value.get() instanceof Value.Numeric;
    }

    private MeteringException objectRefused(String code, String done) {
        return new MeteringException(code, "metric " + metric + " cannot be " + done
                + " without a function for it: the quantity is an object, not a number");
    }
}
