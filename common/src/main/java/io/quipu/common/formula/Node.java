package io.quipu.common.formula;

/**
 * One compiled node. What it works on is a {@link java.math.BigDecimal} (normalized and within {@link Bounds}), {@link NonFinite},
 * Boolean, {@link Absent}, {@link Fields}, or a {@code Value.Structure}, {@code Value.Sequence} or {@code Value.Text} of an argument.
 */
@FunctionalInterface
interface Node {

    /** The value; of a statement, what it returns, or the null of Java when it returns nothing. */
    Object value(Object[] locals);
}
