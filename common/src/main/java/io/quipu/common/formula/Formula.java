package io.quipu.common.formula;

import io.quipu.common.quantity.Value;
import java.util.List;
import java.util.SortedSet;

/** One function of the formula language: immutable, thread-safe, and a pure function of its arguments. */
public final class Formula {

    private Formula() {
    }

    /**
     * The function that a text is.
     *
     * @throws FormulaException when the text is not one function of the language, or exceeds a limit: says where and what
     */
    public static Formula compile(String source) {
        throw new UnsupportedOperationException("not yet");
    }

    /** How many parameters it has. */
    public int parameters() {
        throw new UnsupportedOperationException("not yet");
    }

    /** Whether it uses its n-th parameter, counted from 0, at all. */
    public boolean uses(int parameter) {
        throw new UnsupportedOperationException("not yet");
    }

    /** The names of the members that it reads off its n-th parameter, counted from 0, sorted. */
    public SortedSet<String> members(int parameter) {
        throw new UnsupportedOperationException("not yet");
    }

    /**
     * The result; {@link Value.Nothing} when it is null or undefined.
     *
     * @param arguments one for each parameter; those that are missing are undefined, those in excess ignored
     * @throws EvaluationException when there is no result
     */
    public Value evaluate(List<Value> arguments) {
        throw new UnsupportedOperationException("not yet");
    }
}
