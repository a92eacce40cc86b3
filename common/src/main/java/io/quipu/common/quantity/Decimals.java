package io.quipu.common.quantity;

import java.math.BigDecimal;
import java.math.MathContext;

/**
 * The one normal form of every quantity and amount: equal numbers have equal representations.
 *
 * <p>Addition and subtraction are exact. Division, and multiplication by a price, round to {@link #PRECISION}
 * (34 significant digits, half even), once, at the place where they are done; what is added up afterwards is exact, so
 * totals equal the sums of their parts to the last digit.
 */
public final class Decimals {

    /** The precision to which divisions and multiplications are rounded. */
    public static final MathContext PRECISION = MathContext.DECIMAL128;

    /** Digits before the decimal point that a quantity may have: below 10^30 in magnitude. */
    public static final int MAX_INTEGER_DIGITS = 30;

    /** Digits after the decimal point that a submitted quantity may have. */
    public static final int MAX_FRACTION_DIGITS = 30;

    /**
     * Digits after the decimal point that a computed quantity may have. More than a submitted one, since the quotient
     * of two tiny quantities is tinier still; bounded, since a chain of such divisions must not grow documents.
     */
    public static final int MAX_COMPUTED_FRACTION_DIGITS = 100;

    /** Characters that a number may have in JSON. */
    public static final int MAX_TEXT_LENGTH = 100;

    private Decimals() {
    }

    /**
     * The normal form: no trailing zeros, and zero is {@link BigDecimal#ZERO} whatever its scale was. Never rounds.
     * The result may have a negative scale ({@code 1E+3}); {@link #plain} writes it without an exponent.
     */
    public static BigDecimal normalize(BigDecimal value) {
        return value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros();
    }

    /** The number as JSON carries it: digits, at most one point, no exponent. */
    public static String plain(BigDecimal value) {
        return normalize(value).toPlainString();
    }

    /** Whether a submitted quantity is within {@link #MAX_INTEGER_DIGITS} and {@link #MAX_FRACTION_DIGITS}. */
    public static boolean submittable(BigDecimal value) {
        return within(value, MAX_FRACTION_DIGITS);
    }

    /**
     * Whether a computed quantity is within {@link #MAX_INTEGER_DIGITS} and {@link #MAX_COMPUTED_FRACTION_DIGITS}.
     */
    public static boolean computable(BigDecimal value) {
        return within(value, MAX_COMPUTED_FRACTION_DIGITS);
    }

    private static boolean within(BigDecimal value, int maxFractionDigits) {
        BigDecimal normal = normalize(value);
        // long arithmetic: a scale near the limits of int must not wrap around
        long integerDigits = (long) normal.precision() - normal.scale();
        return integerDigits <= MAX_INTEGER_DIGITS && normal.scale() <= maxFractionDigits;
    }

    /** The exact sum, normalized. */
    public static BigDecimal add(BigDecimal a, BigDecimal b) {
        return normalize(a.add(b));
    }

    /** The exact difference, normalized. */
    public static BigDecimal subtract(BigDecimal a, BigDecimal b) {
        return normalize(a.subtract(b));
    }

    /** The product rounded to {@link #PRECISION}, normalized. */
    public static BigDecimal multiply(BigDecimal a, BigDecimal b) {
        return normalize(a.multiply(b, PRECISION));
    }

    /**
     * The quotient rounded to {@link #PRECISION}, normalized.
     *
     * @throws ArithmeticException when the divisor is zero
     */
    public static BigDecimal divide(BigDecimal dividend, BigDecimal divisor) {
        return normalize(dividend.divide(divisor, PRECISION));
    }
}
