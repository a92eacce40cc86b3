package io.quipu.common.formula;

import io.quipu.common.quantity.Decimals;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;

/**
 * The methods of bignumber.js 2.1 that plans use. A BigNumber is a number like any other here, so numbers have them too; its quotients
 * have 34 digits, not 20 after the point.
 */
final class BigNumbers {

    /**
     * A method.
     *
     * @param minArguments how many arguments it needs
     * @param maxArguments how many it takes
     * @param result of the number that it is called of, and of its argument; undefined where none is given
     */
    record Method(int minArguments, int maxArguments, BinaryOperator<Object> result) {
    }

    private static final Map<String, Method> METHODS = methods();

    private BigNumbers() {
    }

    /** The method of that name; null where there is none. */
    static Method method(String name) {
        return METHODS.get(name);
    }

    /** Their names, for messages. */
    static String names() {
        return String.join(", ", METHODS.keySet());
    }

    /**
     * The value as a BigNumber.
     *
     * @throws EvaluationException when it is no number
     */
    static Object of(Object value) {
        if (value instanceof BigDecimal || value instanceof NonFinite) {
            return value;
        }
        throw new EvaluationException("BigNumber of " + Values.shown(value) + ", which is no number");
    }

    private static Map<String, Method> methods() {
        Map<String, Method> methods = new TreeMap<>();
        binary(methods, Numbers::add, "plus", "add");
        binary(methods, Numbers::subtract, "minus", "sub");
        binary(methods, Numbers::multiply, "times", "mul");
        binary(methods, Numbers::divide, "dividedBy", "div");
        comparison(methods, order -> order == 0, "equals", "eq");
        comparison(methods, order -> order == 1, "greaterThan", "gt");
        comparison(methods, order -> order == 0 || order == 1, "greaterThanOrEqualTo", "gte");
        comparison(methods, order -> order < 0, "lessThan", "lt");
        comparison(methods, order -> order <= 0, "lessThanOrEqualTo", "lte");
        binary(methods, BigNumbers::order, "comparedTo", "cmp");
        unary(methods, Numbers::negate, "negated", "neg");
        unary(methods, Numbers::absolute, "absoluteValue", "abs");
        unary(methods, Numbers::floor, "floor");
        unary(methods, Numbers::ceil, "ceil");
        unary(methods, number -> number instanceof BigDecimal decimal && decimal.signum() == 0, "isZero");
        unary(methods, number -> Numbers.compare(number, BigDecimal.ZERO) < 0, "isNegative", "isNeg");
        unary(methods, number -> number == NonFinite.NAN, "isNaN");
        unary(methods, number -> number instanceof BigDecimal, "isFinite");
        unary(methods, number -> number, "toNumber", "valueOf");
        methods.put("round", new Method(0, 1, BigNumbers::round));
        return methods;
    }

    private static void unary(Map<String, Method> methods, UnaryOperator<Object> result, String... names) {
        put(methods, new Method(0, 0, (number, none) -> result.apply(number)), names);
    }

    private static void binary(Map<String, Method> methods, BinaryOperator<Object> result, String... names) {
        put(methods, new Method(1, 1, (number, other) -> result.apply(number, of(other))), names);
    }

    private static void comparison(Map<String, Method> methods, IntPredicate holds, String... names) {
        binary(methods, (number, other) -> holds.test(Numbers.compare(number, other)), names);
    }

    private static void put(Map<String, Method> methods, Method method, String... names) {
        for (String name : names) {
            methods.put(name, method);
        }
    }

    private static Object order(Object number, Object other) {
        int order = Numbers.compare(number, other);
        return order == Numbers.UNORDERED ? Absent.NULL : BigDecimal.valueOf(order);
    }

    /** To a whole number, or to so many digits after the point; halves away from zero. */
    private static Object round(Object number, Object digits) {
        Object places = digits instanceof Absent ? BigDecimal.ZERO : of(digits);
        if (places instanceof BigDecimal decimal && decimal.signum() >= 0 && decimal.scale() <= 0
                && decimal.compareTo(BigDecimal.valueOf(Decimals.MAX_COMPUTED_FRACTION_DIGITS)) <= 0) {
            return Numbers.rounded(number, decimal.intValue(), RoundingMode.HALF_UP);
        }
        throw new EvaluationException("round to " + Values.shown(places) + " digits after the point: it must be a whole number up to "
                + Decimals.MAX_COMPUTED_FRACTION_DIGITS);
    }
}
