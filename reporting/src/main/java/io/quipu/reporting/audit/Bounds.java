package io.quipu.reporting.audit;

import java.math.BigDecimal;

/** The size that a computed number may have: below 10^30, with at most 100 digits after the decimal point. */
final class Bounds {

    private static final BigDecimal BELOW = BigDecimal.TEN.pow(30);
    private static final int FRACTION_DIGITS = 100;

    private Bounds() {
    }

    /** Refuses a usage that leads to a number out of bounds. */
    static void check(BigDecimal number, String stage, String code) {
        if (number.abs().compareTo(BELOW) >= 0 || number.stripTrailingZeros().scale() > FRACTION_DIGITS) {
            throw new RefusedException(stage, code);
        }
    }
}
