package io.quipu.common.formula;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * An arithmetic expression over named quantities, such as {@code storage / 1073741824}, on exact decimals: additions are
 * exact, each product and each quotient rounds to {@link io.quipu.common.quantity.Decimals#PRECISION}, once. A
 * pure function of its variables, immutable and thread-safe.
 *
 * <p>The language is what JavaScript reads the same way: numbers, names, {@code + - * /}, parentheses, and {@code
 * Math.min}, {@code max}, {@code abs}, {@code floor}, {@code ceil} and {@code round} (halves towards positive infinity).
 * Everything else is refused by {@link #parse}. {@code 10 / 4} is 2.5, {@code 1 / 3} has 34 threes.
 */
public final class Expression {

    /** Characters that a source text may have. */
    public static final int MAX_SOURCE_LENGTH = 1_000;

    /** How deep parentheses may nest, and how many signs may follow each other. */
    public static final int MAX_DEPTH = 50;

    /** Numbers, names, operators and calls that an expression may have. */
    public static final int MAX_NODES = 300;

    /**
     * Digits before the decimal point, and after it, that a variable or an intermediate result may have; so an exact sum has
     * at most twice as many.
     */
    public static final int MAX_INTERMEDIATE_DIGITS = 1_000;

    private final String source;
    private final SortedSet<String> variables;
    private final Term term;

    private Expression(String source, SortedSet<String> variables, Term term) {
        this.source = source;
        this.variables = Collections.unmodifiableSortedSet(variables);
        this.term = term;
    }

    /**
     * The expression that a text is.
     *
     * @throws FormulaException when the text is not an expression of the language, or exceeds a limit: says where and what
     */
    public static Expression parse(String source) {
        SortedSet<String> variables = new TreeSet<>();
        Term term = new ExpressionCompiler(source, variables).compile();
        return new Expression(source, variables, term);
    }

    /** The names that it needs, sorted. */
    public SortedSet<String> variables() {
        return variables;
    }

    /**
     * The result, normalized.
     *
     * @param quantities the quantity of each variable; null where there is none
     * @throws EvaluationException when there is no result: a divisor is zero, a variable has no quantity, or a number on
     *     the way exceeds {@link #MAX_INTERMEDIATE_DIGITS}
     */
    public BigDecimal evaluate(Function<String, BigDecimal> quantities) {
        return term.value(quantities);
    }

    /** The source text. */
    @Override
    public String toString() {
        return source;
    }
}
