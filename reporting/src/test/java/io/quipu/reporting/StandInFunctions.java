package io.quipu.reporting;

import io.quipu.common.plan.MeteringPlan;
import io.quipu.common.plan.MetricFunctions;
import io.quipu.common.quantity.Value;
import io.quipu.common.time.Window;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;

/** Metric functions for tests: {@code sum} and {@code max}, only what a report needs of them. */
public record StandInFunctions(boolean additive) implements MetricFunctions {

    public static MetricFunctions of(MeteringPlan.Metric metric) {
        return new StandInFunctions(!"max".equals(metric.accumulate()));
    }

    @Override
    public Optional<Value> meter(Map<String, BigDecimal> measures) {
        throw new UnsupportedOperationException("reports do not meter");
    }

    @Override
    public Optional<Value> accumulate(Optional<Value> state, Value quantity, long start, long end, Window window) {
        throw new UnsupportedOperationException("reports do not accumulate");
    }

    @Override
    public Value quantity(Value state) {
        return state;
    }

    @Override
    public Value aggregate(Optional<Value> total, Optional<Value> previous, Value current) {
        return Value.of(total.map(Value::asNumber).orElse(BigDecimal.ZERO)
                .subtract(previous.map(Value::asNumber).orElse(BigDecimal.ZERO)).add(current.asNumber()));
    }

    @Override
    public BigDecimal summarize(long time, Value quantity, Window window) {
        return quantity.asNumber();
    }
}
