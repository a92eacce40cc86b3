package io.quipu.common.formula;

import io.quipu.common.quantity.Decimals;
import io.quipu.common.quantity.Value;
import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * JavaScript's arithmetic on decimals: sums and remainders are exact, each product and each quotient rounds once to {@link
 * Decimals#PRECISION}; NaN and the infinities behave as in JavaScript, and there is no negative zero. Numbers are a {@link BigDecimal} or
 * {@link NonFinite}.
 */
final class Numbers {

    /** What {@link #compare} says of numbers of which one is NaN. */
    static final int UNORDERED = 2;

    private static final BigDecimal HALF = new BigDecimal("0.5");

    private Numbers() {
    }

    /**
     * A value as a number: null is 0, true is 1, undefined and objects are NaN.
     *
     * @throws EvaluationException of a text or an array: what JavaScript would read there is not part of the language
     */
    static Object of(Object value) {
        if (value instanceof BigDecimal || value instanceof NonFinite) {
            return value;
        }
        if (value instanceof Boolean flag) {
            return flag ? BigDecimal.ONE : BigDecimal.ZERO;
        }
        if (value instanceof Value.Text || value instanceof Value.Sequence) {
            throw new EvaluationException(Values.shown(value) + " where a number should be");
        }
        return value == Absent.NULL ? BigDecimal.ZERO : NonFinite.NAN;
    }

    /**
     * The sum of two values.
     *
     * @throws EvaluationException when one is an object: JavaScript would make a text of them
     */
    static Object sum(Object left, Object right) {
        if (left instanceof BigDecimal a && right instanceof BigDecimal b) {
            return Bounds.bounded(Decimals.add(a, b));
        }
        if (Values.isObject(left) || Values.isObject(right)) {
            throw new EvaluationException("+ of " + Values.shown(left) + " and " + Values.shown(right));
        }
        return add(of(left), of(right));
    }

    /** The sum of two numbers. */
    static Object add(Object left, Object right) {
        if (left instanceof BigDecimal a) {
            return right instanceof BigDecimal b ? Bounds.bounded(Decimals.add(a, b)) : right;
        }
        return right instanceof BigDecimal || left == right ? left : NonFinite.NAN;
    }

    static Object negate(Object number) {
        return number instanceof BigDecimal decimal ? decimal.negate() : NonFinite.ofSign(-((NonFinite) number).sign());
    }

    static Object subtract(Object left, Object right) {
        if (left instanceof BigDecimal a && right instanceof BigDecimal b) {
            return Bounds.bounded(Decimals.subtract(a, b));
        }
        return add(left, negate(right));
    }

    static Object multiply(Object left, Object right) {
        if (left instanceof BigDecimal a && right instanceof BigDecimal b) {
            return Bounds.bounded(Decimals.multiply(a, b));
        }
        return NonFinite.ofSign(sign(left) * sign(right));
    }

    static Object divide(Object left, Object right) {
        if (left instanceof BigDecimal a && right instanceof BigDecimal b) {
            return b.signum() == 0 ? NonFinite.ofSign(a.signum()) : Bounds.bounded(Decimals.divide(a, b));
        }
        if (right instanceof BigDecimal b) {
            return NonFinite.ofSign(b.signum() < 0 ? -sign(left) : sign(left));
        }
        return left instanceof BigDecimal && right != NonFinite.NAN ? BigDecimal.ZERO : NonFinite.NAN;
    }

    /** What remains of the left one, with its sign. */
    static Object remainder(Object left, Object right) {
        if (left instanceof BigDecimal a && right instanceof BigDecimal b) {
            return b.signum() == 0 ? NonFinite.NAN : Bounds.bounded(Decimals.normalize(a.remainder(b)));
        }
        return left instanceof BigDecimal && right != NonFinite.NAN ? left : NonFinite.NAN;
    }

    static Object absolute(Object number) {
        return sign(number) < 0 ? negate(number) : number;
    }

    static Object floor(Object number) {
        return rounded(number, 0, RoundingMode.FLOOR);
    }

    static Object ceil(Object number) {
        return rounded(number, 0, RoundingMode.CEILING);
    }

    /** The whole number nearest to it; of two that are as near, the greater one. */
    static Object round(Object number) {
        return floor(add(number, HALF));
    }

    /** Rounded to so many digits after the point. */
    static Object rounded(Object number, int digits, RoundingMode mode) {
        if (number instanceof BigDecimal decimal && decimal.scale() > digits) {
            return Decimals.normalize(decimal.setScale(digits, mode));
        }
        return number;
    }

    static Object min(Object left, Object right) {
        return left == NonFinite.NAN || compare(left, right) <= 0 ? left : right;
    }

    static Object max(Object left, Object right) {
        int order = compare(left, right);
        return left == NonFinite.NAN || order == 0 || order == 1 ? left : right;
    }

    /** Below 0, 0, 1 as the left one is less, equal or greater; {@link #UNORDERED} when one is NaN. */
    static int compare(Object left, Object right) {
        if (left instanceof BigDecimal a && right instanceof BigDecimal b) {
            return a.compareTo(b);
        }
        if (left == NonFinite.NAN || right == NonFinite.NAN) {
            return UNORDERED;
        }
        int a = left instanceof NonFinite infinity ? infinity.sign() : 0;
        int b = right instanceof NonFinite infinity ? infinity.sign() : 0;
        return Integer.compare(a, b);
    }

    private static int sign(Object number) {
        return number instanceof BigDecimal decimal ? decimal.signum() : ((NonFinite) number).sign();
    }
}
