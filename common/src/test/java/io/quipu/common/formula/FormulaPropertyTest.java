package io.quipu.common.formula;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.common.quantity.Value;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random formulas against JavaScript itself: Rhino's parser and interpreter share nothing with the compiler here. Where JavaScript has no
 * finite result, there must be none.
 */
class FormulaPropertyTest {

    private static final int CASES = 800;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void resultsAgreeWithJavaScript(long seed) {
        Random random = new Random(seed);
        Map<String, Integer> coverage = FormulaGenerator.coverage();
        int results = 0;
        try (JavaScript javaScript = new JavaScript()) {
            for (int i = 0; i < CASES; i++) {
                String source = new FormulaGenerator(random, coverage).formula();
                String ours = source.replace(FormulaGenerator.POSITIVE, "");
                List<Value> arguments = arguments(random);
                Value expected = javaScript.evaluate(source.replace(FormulaGenerator.POSITIVE, " + 0"), arguments);
                Value actual = evaluate(ours, arguments);
                String description = "seed " + seed + ", case " + i + ": " + ours + " of " + arguments;
                if (expected == null || actual == null) {
                    assertThat(actual).as(description).isEqualTo(expected);
                } else {
                    assertThat(near(expected, actual)).as("%s%n is %s, but should be %s", description, actual, expected).isTrue();
                    results++;
                }
            }
        }
        assertThat(results).isBetween(CASES / 2, CASES * 9 / 10);
        assertThat(coverage).hasSizeGreaterThanOrEqualTo(70);
        assertThat(coverage).allSatisfy((construct, count) -> assertThat(count).as(construct).isGreaterThanOrEqualTo(10));
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {11, 12})
    void whatIsAcceptedIsJavaScript(long seed) {
        Random random = new Random(seed);
        String[] pieces = {"a", "m", "1", "0.5", "+", "-", "*", "/", "%", "(", ")", ",", ".", " ", "\n", "Math", "new ", "typeof ", "=>", "{", "}",
            "if", "else", "function ", "let ", "const ", "return ", "async ", "get ", "yield ", "?", ":", "\"", "'", "/*", "*/", "//", "[", "]",
            ";", "=", "==", "<", "!", "&&", "||", "null", "\u00e9", "\\u0061", "`", "$", "=== undefined", "m.x", "x = ", "in", "of"};
        int accepted = 0;
        try (JavaScript javaScript = new JavaScript()) {
            for (int i = 0; i < 2 * CASES; i++) {
                String source = new FormulaGenerator(random, FormulaGenerator.coverage()).formula().replace(FormulaGenerator.POSITIVE, "");
                for (int changes = 1 + random.nextInt(2); changes > 0; changes--) {
                    int from = random.nextInt(source.length());
                    int to = Math.min(source.length(), from + random.nextInt(3));
                    source = source.substring(0, from) + (random.nextBoolean() ? pieces[random.nextInt(pieces.length)] : "") + source.substring(to);
                }
                Formula formula;
                try {
                    formula = Formula.compile(source);
                } catch (FormulaException refused) {
                    assertThat(refused.reason()).isNotBlank();
                    continue;
                } catch (RuntimeException | Error other) {
                    throw new AssertionError("seed " + seed + ", case " + i + ": " + source, other);
                }
                accepted++;
                assertThat(javaScript.parses(source)).as("seed %s, case %s: %s", seed, i, source).isTrue();
                try {
                    formula.evaluate(arguments(random));
                } catch (EvaluationException expected) {
                    assertThat(expected.getMessage()).isNotBlank();
                }
            }
        }
        assertThat(accepted).isBetween(100, 2 * CASES - 500);
    }

    @Test
    void theComparisonWouldNoticeADifference() {
        try (JavaScript javaScript = new JavaScript()) {
            List<Value> arguments = List.of(number("3"));
            assertThat(near(javaScript.evaluate("(x) => x / 2", arguments), number("1.5"))).isTrue();
            assertThat(near(javaScript.evaluate("(x) => x / 2", arguments), number("1.50001"))).isFalse();
            assertThat(near(javaScript.evaluate("(x) => ({x})", arguments), new Value.Structure(new TreeMap<>()))).isFalse();
            assertThat(javaScript.evaluate("(x) => x.y.z", arguments)).isNull();
            assertThat(javaScript.evaluate("(x) => ({x: x / 0})", arguments)).isNull();
            assertThat(javaScript.parses("(x) => x +")).isFalse();
        }
    }

    private static Value evaluate(String source, List<Value> arguments) {
        Formula formula = Formula.compile(source);
        try {
            return formula.evaluate(arguments);
        } catch (EvaluationException none) {
            return null;
        }
    }

    private static List<Value> arguments(Random random) {
        TreeMap<String, Value> inner = new TreeMap<>(Map.of("x", quarter(random), "flag", new Value.Flag(random.nextBoolean())));
        Value object = new Value.Structure(new TreeMap<>(Map.of("a", quarter(random), "b", quarter(random), "nothing", new Value.Nothing(),
                "flag", new Value.Flag(random.nextBoolean()), "o", new Value.Structure(inner))));
        return switch (random.nextInt(4)) {
            case 0 -> List.of(object, quarter(random));
            case 1 -> List.of(object, quarter(random), new Value.Nothing());
            case 2 -> List.of(object, quarter(random), new Value.Flag(random.nextBoolean()));
            default -> List.of(object, quarter(random), quarter(random));
        };
    }

    private static Value quarter(Random random) {
        return number(BigDecimal.valueOf(25L * (random.nextInt(81) - 40), 2).toString());
    }

    private static Value number(String text) {
        return Value.of(new BigDecimal(text));
    }

    /** Equal but for the rounding of binary floating point. */
    private static boolean near(Value expected, Value actual) {
        if (expected instanceof Value.Numeric a && actual instanceof Value.Numeric b) {
            BigDecimal allowed = a.number().abs().add(BigDecimal.ONE).movePointLeft(10);
            return a.number().subtract(b.number()).abs().compareTo(allowed) <= 0;
        }
        if (expected instanceof Value.Structure a && actual instanceof Value.Structure b) {
            return a.members().keySet().equals(b.members().keySet())
                    && a.members().keySet().stream().allMatch(name -> near(a.members().get(name), b.members().get(name)));
        }
        return expected.equals(actual);
    }
}
