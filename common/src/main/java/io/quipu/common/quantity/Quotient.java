package io.quipu.common.quantity;

import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * A quotient of {@link Decimals#PRECISION 34} digits that knows its digits: they are found by long division as it is done by hand,
 * nine at a time, so that it has its text, and is known to be in normal form, without being divided by ten again and again. A
 * number like any other beside that.
 */
final class Quotient extends BigDecimal {

    private static final long serialVersionUID = 1L;

    /** A remainder of a divisor up to that can be multiplied by {@link #CHUNK} as a long. */
    static final long MAX_DIVISOR = Long.MAX_VALUE / 1_000_000_000L;

    /** Digits that are found at a time. */
    private static final int CHUNK = 9;
    /** The 34 digits are two longs of as many. */
    private static final int HALF = 17;
    private static final int DIGITS = 2 * HALF;
    private static final BigInteger HALF_FACTOR = BigInteger.valueOf(power(HALF));
    private static final String ZEROS = "0".repeat(HALF);

    private final String text;

    private Quotient(BigInteger digits, int scale, String text) {
        super(digits, scale);
        this.text = text;
    }

    /**
     * The quotient rounded to 34 digits, half even, in normal form; null when it is not found by this method.
     *
     * @param dividend not {@link Long#MIN_VALUE}
     * @param divisor positive; such that the quotient has infinitely many digits, so that what is cut off is never just a half
     * @param scale digits after the decimal point by which the dividend has more than the divisor
     */
    static BigDecimal of(long dividend, long divisor, long scale) {
        if (divisor > MAX_DIVISOR) {
            return null;
        }
        long over = Math.abs(dividend);
        int shift = 0;
        for (; over < divisor; over *= 10) {
            shift++;
        }
        long high = over / divisor;
        long remainder = over % divisor;
        int digits = digits(high);
        if (digits > HALF) {
            return null;
        }
        long places = scale + shift + DIGITS - digits;
        while (digits < HALF) {
            int chunk = Math.min(CHUNK, HALF - digits);
            long next = remainder * power(chunk);
            high = high * power(chunk) + next / divisor;
            remainder = next % divisor;
            digits += chunk;
        }
        long next = remainder * power(CHUNK);
        long low = next / divisor * power(HALF - CHUNK);
        next = next % divisor * power(HALF - CHUNK);
        low += next / divisor;
        if (next % divisor > divisor / 2) {
            low++;
        }
        // Zeros at the end, which one of ten has, are for others to take off.
        return places != (int) places || low % 10 == 0 ? null : of(dividend < 0, high, low, (int) places);
    }

    private static BigDecimal of(boolean negative, long high, long low, int scale) {
        BigInteger digits = BigInteger.valueOf(high).multiply(HALF_FACTOR).add(BigInteger.valueOf(low));
        BigInteger unscaled = negative ? digits.negate() : digits;
        return scale > 0 && DIGITS - scale >= Decimals.MIN_PLAIN_DIGITS ? new Quotient(unscaled, scale, text(negative, high, low, scale))
                : new BigDecimal(unscaled, scale);
    }

    private static String text(boolean negative, long high, long low, int scale) {
        String last = Long.toString(low);
        StringBuilder text = new StringBuilder(DIGITS + ZEROS.length());
        text.append(high).append(ZEROS, 0, HALF - last.length()).append(last);
        if (scale < DIGITS) {
            text.insert(DIGITS - scale, '.');
        } else {
            text.insert(0, ZEROS, 0, scale - DIGITS).insert(0, "0.");
        }
        return negative ? text.insert(0, '-').toString() : text.toString();
    }

    private static int digits(long number) {
        int digits = 1;
        while (digits <= HALF && number >= power(digits)) {
            digits++;
        }
        return digits;
    }

    private static long power(int exponent) {
        return Decimals.POWERS_OF_TEN[exponent];
    }

    /** All of its digits are known; the first of them is not zero. */
    @Override
    public int precision() {
        return DIGITS;
    }

    /** The last of them is not zero, either. */
    @Override
    public BigDecimal stripTrailingZeros() {
        return this;
    }

    @Override
    public String toString() {
        return text;
    }
}
