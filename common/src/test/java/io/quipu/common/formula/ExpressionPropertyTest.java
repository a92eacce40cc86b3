package io.quipu.common.formula;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random expressions against fractions of whole numbers, which are exact where decimals have to round: whatever the
 * expression is, its result must be near the true one. And random texts, which must be refused in no other way than by
 * FormulaException.
 */
class ExpressionPropertyTest {

    private static final int CASES = 5_000;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void resultsAgreeWithExactFractions(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < CASES; i++) {
            Map<String, BigDecimal> variables = new TreeMap<>();
            for (String name : new String[] {"a", "b", "c"}) {
                variables.put(name, BigDecimal.valueOf(random.nextInt(2_001) - 1_000, random.nextInt(4)));
            }
            StringBuilder source = new StringBuilder();
            Fraction expected = expression(random, variables, source, 4);
            Expression parsed = Expression.parse(source.toString());
            if (expected == null) {
                assertThatThrownBy(() -> parsed.evaluate(variables::get)).as(source.toString())
                        .isInstanceOf(EvaluationException.class);
                continue;
            }
            BigDecimal actual = parsed.evaluate(variables::get);
            BigDecimal distance = new BigDecimal(expected.numerator())
                    .subtract(actual.multiply(new BigDecimal(expected.denominator()))).abs();
            BigDecimal scale = new BigDecimal(expected.numerator().abs().max(expected.denominator()));
            assertThat(distance).as("%s with %s", source, variables)
                    .isLessThanOrEqualTo(scale.multiply(new BigDecimal("1e-20")));
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {11, 12})
    void noTextFailsInAnyOtherWay(long seed) {
        Random random = new Random(seed);
        String[] pieces = {"a", "b", "1", "0.5", "1e9", "+", "-", "*", "/", "(", ")", ",", ".", " ", "\n", "Math", "Math.min(",
            "new ", "typeof ", "^", "=>", "{", "}", "if", "function ", "let ", "class ", "async ", "get ", "0x", "in ", "é",
            "yield ", "of", "\"", "/*", "?", "[", "]", "return "};
        for (int i = 0; i < CASES; i++) {
            StringBuilder source = new StringBuilder();
            for (int n = random.nextInt(12); n >= 0; n--) {
                source.append(pieces[random.nextInt(pieces.length)]);
            }
            try {
                Expression.parse(source.toString()).evaluate(name -> BigDecimal.ONE);
            } catch (FormulaException | EvaluationException expected) {
                assertThat(expected.getMessage()).isNotBlank();
            } catch (RuntimeException | Error other) {
                throw new AssertionError("seed " + seed + ": " + source, other);
            }
        }
    }

    /** A random expression, written in full parentheses as often as not; null when its value does not exist. */
    private static Fraction expression(Random random, Map<String, BigDecimal> variables, StringBuilder source, int depth) {
        int kind = depth == 0 ? random.nextInt(2) : random.nextInt(7);
        if (kind == 0) {
            String name = "abc".substring(random.nextInt(3)).substring(0, 1);
            source.append(name);
            return Fraction.of(variables.get(name));
        }
        if (kind == 1) {
            BigDecimal number = BigDecimal.valueOf(random.nextInt(1_000), random.nextInt(3));
            source.append(number.toPlainString());
            return Fraction.of(number);
        }
        if (kind == 2) {
            source.append("-(");
            Fraction operand = expression(random, variables, source, depth - 1);
            source.append(')');
            return operand == null ? null : operand.times(new Fraction(BigInteger.ONE.negate(), BigInteger.ONE));
        }
        source.append('(');
        Fraction left = expression(random, variables, source, depth - 1);
        source.append(new String[] {") + (", ") - (", ")*(", ") / ("}[kind - 3]);
        Fraction right = expression(random, variables, source, depth - 1);
        source.append(')');
        if (left == null || right == null) {
            return null;
        }
        return switch (kind) {
            case 3 -> left.plus(right);
            case 4 -> left.plus(right.times(new Fraction(BigInteger.ONE.negate(), BigInteger.ONE)));
            case 5 -> left.times(right);
            default -> right.numerator().signum() == 0 ? null : left.times(right.inverse());
        };
    }

    /** A fraction with a denominator above zero. */
    private record Fraction(BigInteger numerator, BigInteger denominator) {

        static Fraction of(BigDecimal number) {
            return new Fraction(number.unscaledValue(), BigInteger.TEN.pow(number.scale()));
        }

        Fraction plus(Fraction other) {
            return new Fraction(numerator.multiply(other.denominator).add(other.numerator.multiply(denominator)),
                    denominator.multiply(other.denominator));
        }

        Fraction times(Fraction other) {
            return new Fraction(numerator.multiply(other.numerator), denominator.multiply(other.denominator));
        }

        Fraction inverse() {
            return numerator.signum() < 0 ? new Fraction(denominator.negate(), numerator.negate())
                    : new Fraction(denominator, numerator);
        }
    }
}
