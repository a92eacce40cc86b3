package io.quipu.common.plan;

import io.quipu.common.formula.EvaluationException;
import io.quipu.common.formula.Expression;
import io.quipu.common.quantity.Decimals;
import io.quipu.common.quantity.Value;
import io.quipu.common.time.Window;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A metric of built-in functions: a metering expression, one of {@link Accumulate}, aggregation by difference. Exact, and
 * independent of the order of arrival except where {@code last} meets equal ends.
 */
public final class BuiltInFunctions implements MetricFunctions {

    private static final String END = "end";
    private static final String QUANTITY = "quantity";

    private final String metric;
    private final Expression expression;
    private final Accumulate accumulate;

    private BuiltInFunctions(String metric, Expression expression, Accumulate accumulate) {
        this.metric = metric;
        this.expression = expression;
        this.accumulate = accumulate;
    }

    /**
     * The functions of a metric; without {@code meter} it is the measure of its own name, without {@code accumulate} it is
     * summed.
     *
     * @throws io.quipu.common.formula.FormulaException when the metering expression is not in the language
     * @throws IllegalArgumentException when there is no such accumulate function
     */
    public static BuiltInFunctions of(MeteringPlan.Metric metric) {
        Accumulate accumulate = metric.accumulate() == null ? Accumulate.SUM
                : Accumulate.find(metric.accumulate()).orElseThrow(() -> new IllegalArgumentException(
                        "no accumulate function " + metric.accumulate() + ", but " + Accumulate.ids()));
        return new BuiltInFunctions(metric.name(),
                metric.meter() == null ? null : Expression.parse(metric.meter()), accumulate);
    }

    @Override
    public Optional<Value> meter(Map<String, BigDecimal> measures) {
        BigDecimal quantity;
        if (expression == null) {
            quantity = measures.get(metric);
            if (quantity == null) {
                return Optional.empty();
            }
        } else {
            if (expression.variables().stream().noneMatch(measures::containsKey)) {
                return Optional.empty();
            }
            try {
                quantity = expression.evaluate(name -> measures.getOrDefault(name, BigDecimal.ZERO));
            } catch (EvaluationException e) {
                throw new MeteringException("metering_failed", "metric " + metric + ": " + e.getMessage());
            }
        }
        return Optional.of(Value.of(bounded(quantity)));
    }

    @Override
    public Optional<Value> accumulate(Optional<Value> state, Value quantity, long start, long end, Window window) {
        return Optional.of(switch (accumulate) {
            case SUM -> state.isEmpty() ? quantity
                    : Value.of(bounded(Decimals.add(state.get().asNumber(), quantity.asNumber())));
            case MAX -> state.isEmpty() ? quantity
                    : Value.of(state.get().asNumber().max(quantity.asNumber()));
            case MIN -> state.isEmpty() ? quantity
                    : Value.of(state.get().asNumber().min(quantity.asNumber()));
            case COUNT -> Value.of(state.map(Value::asNumber).orElse(BigDecimal.ZERO).add(BigDecimal.ONE));
            case LAST -> last(state, quantity, end);
        });
    }

    private static Value last(Optional<Value> state, Value quantity, long end) {
        if (state.isPresent() && member(state.get(), END).asNumber().compareTo(BigDecimal.valueOf(end)) > 0) {
            return state.get();
        }
        TreeMap<String, Value> members = new TreeMap<>();
        members.put(END, Value.of(BigDecimal.valueOf(end)));
        members.put(QUANTITY, quantity);
        return new Value.Structure(members);
    }

    @Override
    public Value quantity(Value state) {
        return accumulate == Accumulate.LAST ? member(state, QUANTITY) : state;
    }

    @Override
    public Value aggregate(Optional<Value> total, Optional<Value> previous, Value current) {
        BigDecimal change = current.asNumber()
                .subtract(previous.map(Value::asNumber).orElse(BigDecimal.ZERO));
        return Value.of(total.map(Value::asNumber).orElse(BigDecimal.ZERO).add(change));
    }

    @Override
    public BigDecimal summarize(long time, Value quantity, Window window) {
        return quantity.asNumber();
    }

    @Override
    public boolean additive() {
        return accumulate == Accumulate.SUM || accumulate == Accumulate.COUNT;
    }

    private BigDecimal bounded(BigDecimal quantity) {
        if (!Decimals.computable(quantity)) {
            throw new MeteringException("quantity_out_of_bounds", "metric " + metric + ": the quantity is not below 10^"
                    + Decimals.MAX_INTEGER_DIGITS + " or has more than " + Decimals.MAX_COMPUTED_FRACTION_DIGITS
                    + " digits after the decimal point");
        }
        return quantity;
    }

    private static Value member(Value state, String name) {
        if (state instanceof Value.Structure structure && structure.members().containsKey(name)) {
            return structure.members().get(name);
        }
        throw new IllegalStateException("a state without " + name + ": " + state);
    }
}
