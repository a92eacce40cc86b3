package io.quipu.common.plan;

import io.quipu.common.quantity.Decimals;
import io.quipu.common.quantity.Value;
import java.util.Map;
import java.util.Optional;

/**
 * What a state, quantity or cost may be that a formula makes, since documents are made of it: a number, or an object of numbers, flags
 * and objects, within bounds. For one value.
 */
final class FormulaLimits {

    /** Members of objects that a value may have in all. */
    static final int MAX_MEMBERS = 16;

    /** Characters of the name of a member. */
    static final int MAX_NAME_LENGTH = 64;

    /** How deep objects may nest. */
    static final int MAX_DEPTH = 8;

    private int members;

    private FormulaLimits() {
    }

    /** Why a value is not one of these; empty when it is. */
    static Optional<String> violation(Value value) {
        if (!(value instanceof Value.Numeric || value instanceof Value.Structure)) {
            return Optional.of("it is " + kind(value) + ", neither a number nor an object");
        }
        return Optional.ofNullable(new FormulaLimits().refusal(value, 1));
    }

    private String refusal(Value value, int depth) {
        if (value instanceof Value.Numeric numeric) {
            return Decimals.computable(numeric.number()) ? null : "the number " + numeric.number().round(Decimals.PRECISION)
                    + " has more than " + Decimals.MAX_INTEGER_DIGITS + " digits before or "
                    + Decimals.MAX_COMPUTED_FRACTION_DIGITS + " after the decimal point";
        }
        if (value instanceof Value.Flag) {
            return null;
        }
        return value instanceof Value.Structure structure ? refusal(structure, depth) : "it holds " + kind(value);
    }

    private String refusal(Value.Structure structure, int depth) {
        if (depth > MAX_DEPTH) {
            return "its objects nest more than " + MAX_DEPTH + " deep";
        }
        members += structure.members().size();
        if (members > MAX_MEMBERS) {
            return "it has more than " + MAX_MEMBERS + " members";
        }
        for (Map.Entry<String, Value> member : structure.members().entrySet()) {
            if (member.getKey().length() > MAX_NAME_LENGTH) {
                return "the name of a member has more than " + MAX_NAME_LENGTH + " characters";
            }
            String refusal = refusal(member.getValue(), depth + 1);
            if (refusal != null) {
                return refusal;
            }
        }
        return null;
    }

    private static String kind(Value value) {
        if (value instanceof Value.Text) {
            return "a text";
        }
        if (value instanceof Value.Sequence) {
            return "an array";
        }
        return value instanceof Value.Flag ? "true or false" : "null or undefined";
    }
}
