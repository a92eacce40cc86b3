package io.quipu.common.formula;

import io.quipu.common.quantity.Decimals;
import java.math.BigDecimal;

/** How long a number on the way to a result may be. */
final class Bounds {

    private Bounds() {
    }

    /** Keeps exponents small, so that no exact sum and no written number can be longer than its limits allow. */
    static BigDecimal bounded(BigDecimal normal) {
        // long arithmetic: a scale near the limits of int must not wrap around
        long integerDigits = (long) normal.precision() - normal.scale();
        if (integerDigits > Expression.MAX_INTERMEDIATE_DIGITS || normal.scale() > Expression.MAX_INTERMEDIATE_DIGITS) {
            throw new EvaluationException("a number on the way is out of bounds: " + shown(normal) + " has more than "
                    + Expression.MAX_INTERMEDIATE_DIGITS + " digits before or after the decimal point");
        }
        return normal;
    }

    /** The number as messages show it: rounded, so short whatever it is. */
    static String shown(BigDecimal number) {
        return number.round(Decimals.PRECISION).toString();
    }
}
