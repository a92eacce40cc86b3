package io.quipu.common.formula;

import io.quipu.common.quantity.Value;
import java.math.BigDecimal;
import java.util.TreeMap;

/** What a value is to a formula, whatever its type, and how values of JSON become values of formulas and back. */
final class Values {

    private Values() {
    }

    /** A value of an argument, as {@link Node}s know it. */
    static Object in(Value value) {
        if (value instanceof Value.Numeric numeric) {
            return Bounds.bounded(numeric.number());
        }
        if (value instanceof Value.Flag flag) {
            return flag.on();
        }
        return value instanceof Value.Nothing ? Absent.NULL : value;
    }

    /**
     * The member of that name; undefined where there is none.
     *
     * @throws EvaluationException of null and undefined, which have no members
     */
    static Object member(Object value, String name, Place place) {
        if (value instanceof Value.Structure structure) {
            Value member = structure.members().get(name);
            return member == null ? Absent.UNDEFINED : in(member);
        }
        if (value instanceof Fields fields) {
            return fields.get(name);
        }
        if (value instanceof Absent) {
            throw new EvaluationException(place + ": " + name + " of " + value);
        }
        return Absent.UNDEFINED;
    }

    /** JavaScript's idea of what is true: all but false, 0, NaN, null, undefined and the empty text. */
    static boolean truthy(Object value) {
        if (value instanceof Boolean flag) {
            return flag;
        }
        if (value instanceof BigDecimal decimal) {
            return decimal.signum() != 0;
        }
        if (value instanceof Value.Text text) {
            return !text.text().isEmpty();
        }
        return !(value instanceof Absent) && value != NonFinite.NAN;
    }

    /** Whether it is an object, array or text: what JavaScript does not add up. */
    static boolean isObject(Object value) {
        return value instanceof Fields || value instanceof Value;
    }

    /**
     * Whether {@code ===} holds.
     *
     * @throws EvaluationException of two objects or arrays: JavaScript asks whether they are one and the same, not whether they are equal
     */
    static boolean same(Object left, Object right) {
        if (left instanceof Value.Text a && right instanceof Value.Text b) {
            return a.equals(b);
        }
        if (isObject(left) && isObject(right) && !(left instanceof Value.Text) && !(right instanceof Value.Text)) {
            throw new EvaluationException("comparison of two objects");
        }
        return left == right && left != NonFinite.NAN || left.equals(right) && left != NonFinite.NAN;
    }

    /**
     * Whether {@code ==} holds: null equals undefined, and a boolean is 0 or 1 beside a number.
     *
     * @throws EvaluationException of two objects, and of texts and arrays beside anything else, which JavaScript would read as numbers
     */
    static boolean equal(Object left, Object right) {
        if (left instanceof Absent || right instanceof Absent) {
            return left instanceof Absent && right instanceof Absent;
        }
        if (isObject(left) && isObject(right)) {
            if (left instanceof Value.Text != right instanceof Value.Text) {
                throw new EvaluationException("comparison of " + shown(left) + " with " + shown(right));
            }
            return same(left, right);
        }
        return Numbers.compare(Numbers.of(left), Numbers.of(right)) == 0;
    }

    /** What a message says of it. */
    static String shown(Object value) {
        if (value instanceof BigDecimal decimal) {
            return Bounds.shown(decimal);
        }
        if (value instanceof Value.Text) {
            return "a text";
        }
        if (value instanceof Value.Sequence) {
            return "an array";
        }
        return isObject(value) ? "an object" : value.toString();
    }

    /**
     * What a formula has returned, as JSON has it: undefined is null, and members that are undefined are left out.
     *
     * @throws EvaluationException when it is, or holds, NaN or an infinity, or has too many values or levels
     */
    static Value out(Object result) {
        return new Result().value(result, 0);
    }

    /** Counts the values of one result: an object may hold another twice, which may hold a third twice. */
    private static final class Result {

        private int count;

        private Value value(Object value, int depth) {
            count++;
            if (count > Formula.MAX_RESULT_VALUES || depth > Formula.MAX_RESULT_DEPTH) {
                throw new EvaluationException("the result has more than " + Formula.MAX_RESULT_VALUES + " values or "
                        + Formula.MAX_RESULT_DEPTH + " levels");
            }
            if (value instanceof BigDecimal decimal) {
                return Value.of(decimal);
            }
            if (value instanceof Boolean flag) {
                return new Value.Flag(flag);
            }
            if (value instanceof Absent) {
                return new Value.Nothing();
            }
            if (value instanceof Fields fields) {
                return structure(fields, depth);
            }
            if (value instanceof NonFinite) {
                throw new EvaluationException(depth == 0 ? "the result is " + value : "the result holds " + value);
            }
            return (Value) value;
        }

        private Value structure(Fields fields, int depth) {
            TreeMap<String, Value> members = new TreeMap<>();
            for (int i = 0; i < fields.names().length; i++) {
                Object member = fields.values()[i];
                if (member != Absent.UNDEFINED) {
                    members.put(fields.names()[i], value(member, depth + 1));
                }
            }
            return new Value.Structure(members);
        }
    }
}
