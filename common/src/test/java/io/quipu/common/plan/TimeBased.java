package io.quipu.common.plan;

import io.quipu.common.quantity.Decimals;
import io.quipu.common.quantity.Value;
import io.quipu.common.time.Window;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Hours of a level by functions written by hand, as formulas do it: quantities are {@code {consuming, consumed}}, costs the same with the
 * price. When a level changes from a to b at s, consuming becomes b, and consumed grows by (b − a) × (from − s + to − s) in a window from–to.
 * As of t it has come to (consumed − consuming × (from − t + to − t)) ÷ 2, in milliseconds. What is free costs the number 0.
 */
public final class TimeBased implements MetricFunctions, RatingFunctions {

    private static final BigDecimal HALF_HOURS = BigDecimal.valueOf(7_200_000);

    /** A quantity. */
    public static Value quantity(long consuming, long consumed) {
        return structure(Map.of("consuming", BigDecimal.valueOf(consuming), "consumed", BigDecimal.valueOf(consumed)));
    }

    /** What a quantity costs. */
    public static Value cost(String price, long consuming, long consumed) {
        return structure(Map.of("consuming", BigDecimal.valueOf(consuming), "consumed", BigDecimal.valueOf(consumed), "price",
                new BigDecimal(price)));
    }

    @Override
    public Optional<Value> meter(Map<String, BigDecimal> measures, long start, long end) {
        return Optional.of(structure(Map.of("current", measures.get("current"), "previous", measures.get("previous"))));
    }

    @Override
    public Optional<Value> accumulate(Optional<Value> state, Value quantity, long start, long end, Window window) {
        BigDecimal change = member(quantity, "current").subtract(member(quantity, "previous"));
        BigDecimal added = change.multiply(twice(start, window));
        return Optional.of(structure(Map.of("consuming", member(quantity, "current"), "consumed",
                state.map(s -> member(s, "consumed")).orElse(BigDecimal.ZERO).add(added))));
    }

    @Override
    public Value quantity(Value state) {
        return state;
    }

    /** Refuses that less than nothing runs. */
    @Override
    public Value aggregate(Optional<Value> total, Optional<Value> previous, Value current) {
        Map<String, BigDecimal> sums = new TreeMap<>();
        for (String name : new String[] {"consuming", "consumed"}) {
            sums.put(name, total.map(t -> member(t, name)).orElse(BigDecimal.ZERO).add(member(current, name))
                    .subtract(previous.map(p -> member(p, name)).orElse(BigDecimal.ZERO)));
        }
        if (sums.get("consuming").signum() < 0) {
            throw new MeteringException("aggregating_failed", "less than nothing runs: " + sums.get("consuming"));
        }
        return structure(sums);
    }

    @Override
    public BigDecimal summarize(long time, Value quantity, Window window) {
        return Decimals.divide(member(quantity, "consumed")
                .subtract(member(quantity, "consuming").multiply(twice(Math.min(time, window.to()), window))), HALF_HOURS);
    }

    @Override
    public Value cost(BigDecimal price, Value quantity) {
        if (price.signum() == 0) {
            return Value.ZERO;
        }
        return structure(Map.of("consuming", member(quantity, "consuming"), "consumed", member(quantity, "consumed"), "price",
                price));
    }

    @Override
    public BigDecimal charge(long time, Value cost, Window window) {
        return cost instanceof Value.Numeric number ? number.number()
                : Decimals.multiply(summarize(time, cost, window), member(cost, "price"));
    }

    @Override
    public boolean additive() {
        return false;
    }

    private static BigDecimal twice(long time, Window window) {
        return BigDecimal.valueOf(window.from() - time + window.to() - time);
    }

    /** A number that is not there is 0. */
    private static BigDecimal member(Value value, String name) {
        return value instanceof Value.Structure structure && structure.members().containsKey(name)
                ? structure.members().get(name).asNumber() : BigDecimal.ZERO;
    }

    private static Value structure(Map<String, BigDecimal> numbers) {
        TreeMap<String, Value> members = new TreeMap<>();
        numbers.forEach((name, number) -> members.put(name, Value.of(number)));
        return new Value.Structure(members);
    }
}
