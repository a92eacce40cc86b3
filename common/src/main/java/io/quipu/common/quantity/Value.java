package io.quipu.common.quantity;

import java.math.BigDecimal;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.Collections;

/**
 * An immutable JSON value: what a metric's quantity and its state per window may be. Built-in functions use numbers (and
 * small structures of them), formulas may use any.
 *
 * <p>Equal values have equal representations: numbers are {@linkplain Decimals#normalize normalized} and the members of
 * a structure are sorted by name.
 */
public sealed interface Value {

    /** A number, normalized. */
    record Numeric(BigDecimal number) implements Value {
        public Numeric {
            number = Decimals.normalize(number);
        }
    }

    /** A string. */
    record Text(String text) implements Value {
        public Text {
            Objects.requireNonNull(text, "text");
        }
    }

    /** A boolean. */
    record Flag(boolean on) implements Value {
    }

    /** JSON's null. */
    record Nothing() implements Value {
    }

    /** An array. */
    record Sequence(List<Value> elements) implements Value {
        public Sequence {
            elements = List.copyOf(elements);
        }
    }

    /** An object, its members sorted by name. */
    record Structure(SortedMap<String, Value> members) implements Value {
        public Structure {
            members = Collections.unmodifiableSortedMap(new TreeMap<>(members));
        }
    }

    /** The number zero: what a metric is worth in a window in which nothing was folded. */
    Value ZERO = new Numeric(BigDecimal.ZERO);

    /** A number as a value. */
    static Value of(BigDecimal number) {
        return new Numeric(number);
    }

    /**
     * The number that this value is.
     *
     * @throws IllegalStateException when it is not a number
     */
    default BigDecimal asNumber() {
        if (this instanceof Numeric numeric) {
            return numeric.number();
        }
        throw new IllegalStateException("not a number: " + this);
    }
}
