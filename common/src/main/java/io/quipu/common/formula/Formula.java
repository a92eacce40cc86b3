package io.quipu.common.formula;

import io.quipu.common.quantity.Decimals;
import io.quipu.common.quantity.Value;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;

/**
 * One function of the formula language: a pure function of its arguments, on exact decimals. Immutable and thread-safe.
 *
 * <p>Its text is one arrow function or function expression of JavaScript that has parameters, names given once by {@code const}, {@code
 * let} and {@code var}, {@code if} and {@code return}, arithmetic, comparison, logic and conditions, objects and their members by name,
 * {@code Math.min}, {@code max}, {@code abs}, {@code floor}, {@code ceil}, {@code round} and {@code BigNumber}, and functions named by
 * {@code const} that it calls. {@link #compile} refuses everything else. What it accepts means what JavaScript says, except for:
 * <ul>
 * <li>Numbers are decimals: sums, differences and remainders are exact, each product and each quotient rounds to {@link
 * Decimals#PRECISION}. 0.03 + 0.03 is 0.06. There is no negative zero. NaN and the infinities are as in JavaScript.
 * <li>A BigNumber is a number: operators work on it, zero is false, and every number has its methods. BigNumber of anything else than a
 * number has no result.
 * <li>Objects have no prototype; two of them cannot be compared, nor added up. A text or array of an argument has no members and is no
 * number.
 * </ul>
 *
 * <p>It cannot loop or call itself, and each node is evaluated at most once. So evaluation takes as long as its nodes are many.
 *
 * <p>{@code (m) => new BigNumber(m.storage || 0).div(1073741824).toNumber()} of {@code {"storage": 1610612736}} is 1.5.
 */
public final class Formula {

    /** Characters that a source text may have. */
    public static final int MAX_SOURCE_LENGTH = 10_000;

    /** How deep blocks, parentheses, operators and calls may nest; in {@code a + b + c} the first sum is in the second one. */
    public static final int MAX_DEPTH = 64;

    /** Numbers, names, operators and statements that a formula may have; those of a function that it calls count at each call. */
    public static final int MAX_NODES = 2_000;

    /** Parameters that a formula may have. */
    public static final int MAX_PARAMETERS = 16;

    /** Members that an object in a source text may have, and arguments of min and max. */
    public static final int MAX_MEMBERS = 64;

    /** Values that a result may have in all; one that is an argument, or part of one, counts as one. */
    public static final int MAX_RESULT_VALUES = 1_000;

    /** How deep objects that a formula makes may nest in its result. */
    public static final int MAX_RESULT_DEPTH = 50;

    private final String source;
    private final Node body;
    private final int slots;
    private final int[] parameterSlots;
    private final int used;
    private final List<SortedSet<String>> members;

    /**
     * A compiled function.
     *
     * @param body its value when its parameters are in their slots
     * @param slots how many there are
     * @param parameterSlots those of its parameters
     * @param used bit n says whether it uses its n-th parameter
     * @param members for each parameter what it reads
     */
    Formula(String source, Node body, int slots, List<Integer> parameterSlots, int used,
            List<SortedSet<String>> members) {
        this.source = source;
        this.body = body;
        this.slots = slots;
        this.parameterSlots = parameterSlots.stream().mapToInt(Integer::intValue).toArray();
        this.used = used;
        this.members = members.stream().map(Collections::unmodifiableSortedSet).toList();
    }

    /**
     * The function that a text is.
     *
     * @throws FormulaException when the text is not one function of the language, or exceeds a limit: says where and what
     */
    public static Formula compile(String source) {
        if (source.length() > MAX_SOURCE_LENGTH) {
            throw FormulaException.at(source, MAX_SOURCE_LENGTH, "the formula has " + source.length() + " characters, more than "
                    + MAX_SOURCE_LENGTH);
        }
        return new FunctionCompiler(new Scanner(source).scan()).formula(source);
    }

    /** How many parameters it has. */
    public int parameters() {
        return members.size();
    }

    /** Whether it uses its n-th parameter, counted from 0, at all. */
    public boolean uses(int parameter) {
        return (used >> parameter & 1) == 1;
    }

    /**
     * The names of the members that it reads off its n-th parameter, counted from 0, sorted: also where the parameter has got another
     * name, or is an argument or result of a function, but not where it is a member of an object that the formula makes.
     */
    public SortedSet<String> members(int parameter) {
        return members.get(parameter);
    }

    /**
     * The result, numbers normalized: {@link Value.Nothing} when it is null or undefined; members that are undefined are left out.
     *
     * @param arguments one for each parameter, null being JavaScript's null; those that are missing are undefined, those in excess
     *     ignored
     * @throws EvaluationException when there is none: it is, or holds, NaN or an infinity; a member is read off null or undefined;
     *     a BigNumber is made of what is no number; a number on the way exceeds {@link Expression#MAX_INTERMEDIATE_DIGITS}; or the
     *     result is too large
     */
    public Value evaluate(List<Value> arguments) {
        Object[] locals = new Object[slots];
        for (int i = 0; i < parameterSlots.length; i++) {
            locals[parameterSlots[i]] = i < arguments.size() ? Values.in(arguments.get(i)) : Absent.UNDEFINED;
        }
        return Values.out(body.value(locals));
    }

    /** The source text. */
    @Override
    public String toString() {
        return source;
    }
}
