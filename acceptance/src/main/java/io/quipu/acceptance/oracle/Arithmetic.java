package io.quipu.acceptance.oracle;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Plain arithmetic over measures: {@code + - * /}, parentheses, decimal numbers and names; a name that is not among the
 * measures is 0. Products and quotients round to 34 digits, sums are exact. Confined to one evaluation.
 */
final class Arithmetic {

    private final String text;
    private final Map<String, BigDecimal> measures;
    private final Set<String> names = new TreeSet<>();
    private int at;

    private Arithmetic(String text, Map<String, BigDecimal> measures) {
        this.text = text.replace(" ", "");
        this.measures = measures;
    }

    /**
     * The value of an expression.
     *
     * @throws ArithmeticException on a division by zero
     * @throws IllegalArgumentException when it is more than plain arithmetic
     */
    static BigDecimal evaluate(String text, Map<String, BigDecimal> measures) {
        return new Arithmetic(text, measures).whole();
    }

    /** The names in an expression. */
    static Set<String> names(String text) {
        Arithmetic reading = new Arithmetic(text.replace('/', '+'), Map.of());
        reading.whole();
        return reading.names;
    }

    private BigDecimal whole() {
        BigDecimal value = sum();
        if (at < text.length()) {
            throw new IllegalArgumentException("not plain arithmetic: " + text);
        }
        return value;
    }

    private BigDecimal sum() {
        BigDecimal value = product();
        while (at < text.length() && (text.charAt(at) == '+' || text.charAt(at) == '-')) {
            char operator = text.charAt(at++);
            BigDecimal right = product();
            value = operator == '+' ? value.add(right) : value.subtract(right);
        }
        return value;
    }

    private BigDecimal product() {
        BigDecimal value = factor();
        while (at < text.length() && (text.charAt(at) == '*' || text.charAt(at) == '/')) {
            char operator = text.charAt(at++);
            BigDecimal right = factor();
            value = operator == '*' ? value.multiply(right, MathContext.DECIMAL128)
                    : value.divide(right, MathContext.DECIMAL128);
        }
        return value;
    }

    private BigDecimal factor() {
        if (at < text.length() && text.charAt(at) == '(') {
            at++;
            BigDecimal value = sum();
            if (at >= text.length() || text.charAt(at++) != ')') {
                throw new IllegalArgumentException("not plain arithmetic: " + text);
            }
            return value;
        }
        int from = at;
        while (at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) || "_.".indexOf(text.charAt(at)) >= 0)) {
            at++;
        }
        String word = text.substring(from, at);
        if (word.isEmpty()) {
            throw new IllegalArgumentException("not plain arithmetic: " + text);
        }
        if (Character.isDigit(word.charAt(0))) {
            return new BigDecimal(word);
        }
        names.add(word);
        return measures.getOrDefault(word, BigDecimal.ZERO);
    }
}
