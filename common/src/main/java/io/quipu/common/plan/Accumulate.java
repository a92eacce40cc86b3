package io.quipu.common.plan;

import io.quipu.common.quantity.Decimals;
import io.quipu.common.quantity.Value;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** How the quantities of one resource instance add up in a window. Exact: nothing rounds. */
public enum Accumulate {

    /** The sum of the quantities. */
    SUM {
        @Override
        Value accumulate(Optional<Value> state, BigDecimal quantity, long end) {
            return state.isEmpty() ? Value.of(quantity) : Value.of(Decimals.add(state.get().asNumber(), quantity));
        }
    },
    /** The greatest quantity. */
    MAX {
        @Override
        Value accumulate(Optional<Value> state, BigDecimal quantity, long end) {
            return state.isEmpty() ? Value.of(quantity) : Value.of(state.get().asNumber().max(quantity));
        }
    },
    /** The smallest quantity. */
    MIN {
        @Override
        Value accumulate(Optional<Value> state, BigDecimal quantity, long end) {
            return state.isEmpty() ? Value.of(quantity) : Value.of(state.get().asNumber().min(quantity));
        }
    },
    /**
     * The quantity of the usage that ended last; of those that ended together, the last in the order of the log. Its state
     * is {@code {"end", "quantity"}}, so that late usage does not replace what ended after it.
     */
    LAST {
        @Override
        Value accumulate(Optional<Value> state, BigDecimal quantity, long end) {
            if (state.isPresent() && member(state.get(), END).longValueExact() > end) {
                return state.get();
            }
            return new Value.Structure(new TreeMap<>(Map.of(END, Value.of(BigDecimal.valueOf(end)),
                    QUANTITY, Value.of(quantity))));
        }

        @Override
        Value quantity(Value state) {
            return Value.of(member(state, QUANTITY));
        }
    },
    /** The number of usages that have the metric, whatever their quantities. */
    COUNT {
        @Override
        Value accumulate(Optional<Value> state, BigDecimal quantity, long end) {
            return Value.of(Decimals.add(state.isEmpty() ? BigDecimal.ZERO : state.get().asNumber(), BigDecimal.ONE));
        }
    },
    /**
     * The area under a level: the quantity is the level from the usage's end on, until the next one. A window has no state of
     * it: what its level changes come to depends on the usages before and after them, which the instance's timeline keeps.
     */
    TIME_WEIGHTED {
        @Override
        Value accumulate(Optional<Value> state, BigDecimal quantity, long end) {
            throw new UnsupportedOperationException("a level is kept in a timeline, not in a window");
        }
    };

    private static final String END = "end";
    private static final String QUANTITY = "quantity";

    /** The state of a window after one more usage. */
    abstract Value accumulate(Optional<Value> state, BigDecimal quantity, long end);

    /** The quantity of a window in that state. */
    Value quantity(Value state) {
        return state;
    }

    /** Whether the quantity of a month is the sum of the quantities of its days. */
    public boolean additive() {
        return this == SUM || this == COUNT || this == TIME_WEIGHTED;
    }

    /** The name in plans, such as {@code sum}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** All names, for messages. */
    public static List<String> ids() {
        return Arrays.stream(values()).map(Accumulate::id).toList();
    }

    /** The function of that name, if there is one. */
    public static Optional<Accumulate> find(String id) {
        return Arrays.stream(values()).filter(function -> function.id().equals(id)).findFirst();
    }

    /**
     * The function of that name.
     *
     * @throws IllegalArgumentException when there is none
     */
    public static Accumulate named(String id) {
        return find(id).orElseThrow(() ->
                new IllegalArgumentException("no accumulate function " + id + ", but " + ids()));
    }

    private static BigDecimal member(Value state, String name) {
        if (state instanceof Value.Structure structure && structure.members().get(name) instanceof Value.Numeric number) {
            return number.number();
        }
        throw new IllegalStateException("not a state of last: " + state);
    }
}
