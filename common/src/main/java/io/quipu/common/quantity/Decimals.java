package io.quipu.common.quantity;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

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

    /** From so many digits before the point on (less the zeros behind it) {@link BigDecimal#toString} has no exponent. */
    static final int MIN_PLAIN_DIGITS = -5;

    /** Those that are longs, by their number of zeros. */
    static final long[] POWERS_OF_TEN =
            LongStream.iterate(1, power -> power * 10).limit(19).toArray();

    private static final List<BigInteger> POWERS_OF_FIVE =
            Stream.iterate(BigInteger.ONE, power -> power.multiply(BigInteger.valueOf(5))).limit(Long.SIZE).toList();

    /** Characters that a number may have in JSON. */
    public static final int MAX_TEXT_LENGTH = 100;

    private Decimals() {
    }

    /**
     * The normal form: no trailing zeros, and zero is {@link BigDecimal#ZERO} whatever its scale was. Never rounds.
     * The result may have a negative scale ({@code 1E+3}); {@link #plain} writes it without an exponent.
     */
    public static BigDecimal normalize(BigDecimal value) {
        if (value.signum() == 0) {
            return BigDecimal.ZERO;
        }
        BigDecimal stripped = value.stripTrailingZeros();
        // The number itself when it is one: it remembers its digits once they have been written.
        return stripped.scale() == value.scale() ? value : stripped;
    }

    /** The number as JSON carries it: digits, at most one point, no exponent. */
    public static String plain(BigDecimal value) {
        String fraction = fraction(value);
        return fraction != null ? fraction : normalize(value).toPlainString();
    }

    /**
     * What {@link #plain} says of a number that is not whole, when that is found at once: it must be in normal form, and not tiny.
     * Else null. A number remembers what is found so; reports write many several times.
     */
    public static String fraction(BigDecimal value) {
        if (value.scale() <= 0 || (long) value.precision() - value.scale() < MIN_PLAIN_DIGITS) {
            return null;
        }
        String digits = value.toString();
        return digits.charAt(digits.length() - 1) == '0' ? null : digits;
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
        if (b.signum() == 0) {
            return normalize(a);
        }
        return normalize(a.signum() == 0 ? b : a.add(b));
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
        if (dividend.signum() == 0 && divisor.signum() != 0) {
            return BigDecimal.ZERO;
        }
        BigDecimal quotient = quotient(dividend, divisor);
        return normalize(quotient == null ? dividend.divide(divisor, PRECISION) : quotient);
    }

    /**
     * The same when dividend and divisor are longs, and it is found with longs or nearly so; else null. The JDK computes all digits
     * first, and then takes the zeros off one by one.
     */
    private static BigDecimal quotient(BigDecimal dividend, BigDecimal divisor) {
        BigInteger over = dividend.unscaledValue();
        BigInteger under = divisor.unscaledValue();
        if (over.bitLength() >= Long.SIZE - 1 || under.bitLength() >= Long.SIZE - 1 || over.signum() == 0
                || under.signum() == 0) {
            return null;
        }
        int twosOfBoth = Math.min(Long.numberOfTrailingZeros(over.longValue()), Long.numberOfTrailingZeros(under.longValue()));
        long a = over.longValue() >> twosOfBoth;
        long b = under.longValue() >> twosOfBoth;
        // The divisor is 2^twos · 5^fives · rest: the quotient is finite when the rest divides the dividend.
        int twos = Long.numberOfTrailingZeros(b);
        long rest = b >> twos;
        int fives = 0;
        for (; rest % 5 == 0; rest /= 5) {
            fives++;
        }
        long scale = (long) dividend.scale() - divisor.scale();
        if (a % rest != 0) {
            return b > 0 ? Quotient.of(a, b, scale) : Quotient.of(-a, -b, scale);
        }
        return finite(a / rest, b / rest, twos, fives, scale);
    }

    /** The quotient of a whole number by a product of twos and fives; null when it has more than {@link #PRECISION} digits. */
    private static BigDecimal finite(long whole, long factors, int twos, int fives, long unshifted) {
        int digits = Math.max(twos, fives);
        long scale = unshifted + digits;
        if (scale != (int) scale) {
            return null;
        }
        if (digits < POWERS_OF_TEN.length) {
            long factor = POWERS_OF_TEN[digits] / factors;
            if (Math.multiplyHigh(whole, factor) == whole * factor >> Long.SIZE - 1) {
                return BigDecimal.valueOf(whole * factor, (int) scale);
            }
        }
        BigDecimal exact = new BigDecimal(BigInteger.valueOf(whole).multiply(POWERS_OF_FIVE.get(digits - fives))
                .shiftLeft(digits - twos), (int) scale);
        return exact.precision() <= PRECISION.getPrecision() ? exact : null;
    }
}
