package io.quipu.common.formula;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.math.BigDecimal;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExpressionTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            storage / 1073741824                     | 1.5
            1 + 2 * 3                                | 7
            (1 + 2) * 3                              | 9
            10 - 4 - 3                               | 3
            100 / 10 / 5                             | 2
            2 - -3                                   | 5
            -(2 + 3)                                 | -5
            + + - - 4                                | 4
            0.1 + 0.2                                | 0.3
            1e3 + .5 + 5.                            | 1005.5
            1E-2                                     | 0.01
            1 / 3                                    | 0.3333333333333333333333333333333333
            2 / 3                                    | 0.6666666666666666666666666666666667
            1 / 3 * 3                                | 0.9999999999999999999999999999999999
            9007199254740993 + 0                     | 9007199254740993
            1e29 + 1e-30                             | 100000000000000000000000000000.000000000000000000000000000001
            Math.min(3, 1, 2)                        | 1
            Math.max(3, storage, 2)                  | 1610612736
            Math.max(-1)                             | -1
            Math.abs(-2.5)                           | 2.5
            Math.floor(-2.5)                         | -3
            Math.ceil(-2.5)                          | -2
            Math.ceil(2.0000000000000000000000001)   | 3
            Math.round(2.5)                          | 3
            Math.round(-2.5)                         | -2
            Math.round(-2.6)                         | -3
            Math.floor(1234567)                      | 1234567
            """)
    void arithmeticIsExactDecimalArithmetic(String source, BigDecimal expected) {
        assertThat(Expression.parse(source).evaluate(Map.of("storage", new BigDecimal("1610612736"))::get))
                .isEqualTo(expected);
    }

    @Test
    void resultsAreNormalized() {
        assertThat(value("1.50 + 1.50").toString()).isEqualTo("3");
        assertThat(value("0.00")).isSameAs(BigDecimal.ZERO);
        assertThat(value("10 * 10")).isEqualTo(new BigDecimal("1E+2"));
        assertThat(value("-(1 - 1)")).isEqualTo(BigDecimal.ZERO);
    }

    @Test
    void eachProductRoundsOnceToThirtyFourDigits() {
        BigDecimal thirtyDigits = new BigDecimal("123456789012345678901234567891");
        assertThat(Expression.parse("a * a").evaluate(name -> thirtyDigits))
                .isEqualTo(new BigDecimal("1.524157875323883675049535156278311E+58"));
    }

    @Test
    void spaceLinesAndNonAsciiNamesAreFine() {
        assertThat(Expression.parse("\n\t größe\r\n / 2 ").evaluate(name -> BigDecimal.TEN))
                .isEqualTo(BigDecimal.valueOf(5));
    }

    @Test
    void variablesAreTheNamesSortedWithoutFunctions() {
        assertThat(Expression.parse("b * a + Math.max(c_1, $d, a)").variables()).containsExactly("$d", "a", "b", "c_1");
        assertThat(Expression.parse("1").variables()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            storage / 2^30          | 12 | not a power
            a ** 2                  | 3  | power
            a % 2                   | 3  | remainder
            a ? b : c               | 3  | condition
            a = 1                   | 3  | assignment
            m => m.a                | 3  | arrow
            a == 1                  | 3  | comparison
            a < 1                   | 3  | comparison
            !a                      | 1  | comparison
            a && b                  | 3  | logic
            ~a                      | 1  | logic
            "a"                     | 1  | string
            a + 'b'                 | 5  | string
            `a`                     | 1  | string
            a[0]                    | 2  | index
            {a}                     | 1  | block
            a;                      | 2  | one expression
            a // b                  | 3  | comment
            a /* b */               | 3  | comment
            a.b                     | 1  | property
            Math.PI                 | 1  | property
            foo(1)                  | 1  | no such function: foo
            a + foo.bar(1)          | 5  | no such function: foo.bar
            Math.random()           | 1  | no such function: Math.random
            Math.pow(2, 3)          | 1  | no such function: Math.pow
            Math.min()              | 1  | needs an argument
            Math.abs(1, 2)          | 1  | one argument, not 2
            Math(1)                 | 1  | no such function: Math
            new Math(1)             | 1  | new
            typeof a                | 1  | typeof
            1 + void a              | 5  | void
            a, b                    | 2  | outside of a call
            ++a                     | 1  | ++
            a--                     | 1  | ++ and --
            this                    | 1  | this
            null + 1                | 1  | null
            true                    | 1  | true
            NaN                     | 1  | no quantity
            a + Infinity            | 5  | no quantity
            undefined               | 1  | no quantity
            Math                    | 1  | no quantity
            0x10                    | 1  | decimal digits
            0b1                     | 1  | decimal digits
            0o7                     | 1  | decimal digits
            010                     | 1  | decimal digits
            09                      | 1  | decimal digits
            1_000                   | 1  | decimal digits
            1e400                   | 1  | at most 30 digits
            1e30                    | 1  | at most 30 digits
            1e-101                  | 1  | at most 30 digits
            1n                      | 1  |
            1 +                     | 3  | not an expression
            (1                      | 2  | not an expression
            1)                      | 2  |
            1 2                     | 3  | not an expression
            a b                     | 3  | not an expression
            *                       | 1  | not an expression
            1.2.3                   | 4  | not an expression
            return 1                | 1  |
            function f() 1          | 1  |
            in                      | 1  | not an expression
            a in b                  | 3  | in
            """)
    void everythingElseIsRefusedWithItsPlace(String source, int column, String reason) {
        FormulaException refusal = catchThrowableOfType(FormulaException.class, () -> Expression.parse(source));
        assertThat(refusal).as(source).isNotNull();
        assertThat(refusal.line()).isEqualTo(1);
        assertThat(refusal.reason()).contains(reason == null ? "" : reason);
        assertThat(refusal.column()).as(refusal.getMessage()).isEqualTo(column);
        assertThat(refusal).hasMessage("line 1, column " + column + ": " + refusal.reason());
    }

    @Test
    void theLineIsCountedOverAllLineEnds() {
        assertThat(refusal("a +\nb +\r\nc ^ d")).extracting(FormulaException::line, FormulaException::column)
                .containsExactly(3, 3);
        assertThat(refusal("a\rb").line()).isEqualTo(2);
        assertThat(refusal("a +\n  foo(1)")).extracting(FormulaException::line, FormulaException::column)
                .containsExactly(2, 3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n", "a\u0000b", "a\u2028b", "\\u0061", "a\u200db", "\uFEFFa", "#", "@a", "a\u00a0+ 1",
            "\ud800", "<!-- a", "a\n--> b"})
    void whatCannotBeSeenOrIsNoFormulaIsRefused(String source) {
        assertThat(refusal(source)).isNotNull();
    }

    @Test
    void nullIsABugOfTheCaller() {
        assertThatThrownBy(() -> Expression.parse(null)).isInstanceOf(NullPointerException.class);
    }

    @Test
    void divisionByZeroHasNoResult() {
        assertThatThrownBy(() -> value("5 / (1 - 1)")).isInstanceOf(EvaluationException.class)
                .hasMessage("division of 5 by zero");
        assertThatThrownBy(() -> value("0 / 0")).isInstanceOf(EvaluationException.class);
    }

    @Test
    void aVariableWithoutQuantityHasNoResult() {
        assertThatThrownBy(() -> Expression.parse("a + b").evaluate(name -> name.equals("a") ? BigDecimal.ONE : null))
                .isInstanceOf(EvaluationException.class).hasMessage("b has no quantity");
    }

    @Test
    void numbersOnTheWayAreBounded() {
        String product = "a" + " * a".repeat(149);
        BigDecimal huge = new BigDecimal("9e29");
        assertThatThrownBy(() -> Expression.parse(product).evaluate(name -> huge))
                .isInstanceOf(EvaluationException.class).hasMessageContaining("out of bounds")
                .hasMessageContaining("1000 digits");
        BigDecimal tiny = new BigDecimal("1e-30");
        assertThatThrownBy(() -> Expression.parse(product).evaluate(name -> tiny))
                .isInstanceOf(EvaluationException.class).hasMessageContaining("out of bounds");
        BigDecimal beyond = new BigDecimal("1e1000000000");
        assertThatThrownBy(() -> Expression.parse("Math.floor(a + 1)").evaluate(name -> beyond))
                .isInstanceOf(EvaluationException.class).hasMessageContaining("out of bounds");
        BigDecimal below = new BigDecimal("1e-1000000000");
        assertThatThrownBy(() -> Expression.parse("a + 1").evaluate(name -> below))
                .isInstanceOf(EvaluationException.class).hasMessageContaining("out of bounds");
    }

    @Test
    void theSourceMayHaveItsLimitOfCharactersAndNoMore() {
        String longest = "a" + " ".repeat(Expression.MAX_SOURCE_LENGTH - 1);
        assertThat(Expression.parse(longest).variables()).containsExactly("a");
        assertThat(refusal(longest + " ").reason()).contains("1001 characters");
    }

    @Test
    void theExpressionMayHaveItsLimitOfNodesAndNoMore() {
        // n names and n - 1 operators, and a sign
        String largest = "-" + "a" + "+a".repeat(Expression.MAX_NODES / 2 - 1);
        assertThat(Expression.parse(largest).evaluate(name -> BigDecimal.ONE))
                .isEqualTo(BigDecimal.valueOf(Expression.MAX_NODES / 2 - 2));
        assertThat(refusal(largest + "+a").reason()).contains("300");
    }

    @Test
    void parenthesesAndSignsMayNestToTheirLimitAndNoMore() {
        int depth = Expression.MAX_DEPTH;
        assertThat(value("(".repeat(depth) + "1" + ")".repeat(depth))).isEqualTo(BigDecimal.ONE);
        assertThat(refusal("(".repeat(depth + 1) + "1" + ")".repeat(depth + 1)).reason()).contains("50 deep");
        assertThat(value("- ".repeat(depth) + "1")).isEqualTo(BigDecimal.ONE);
        assertThat(refusal("- ".repeat(depth + 1) + "1").reason()).contains("50 deep");
    }

    @Test
    void theDeepestSourcesFitASmallStack() throws InterruptedException {
        String[] sources = {"(-".repeat(50) + "1" + ")".repeat(50), "Math.abs(".repeat(50) + "1" + ")".repeat(50),
                "a" + "+a".repeat(149), "new ".repeat(249) + "a", "typeof ".repeat(142) + "a", "(".repeat(1000),
                "-".repeat(1000), "void ".repeat(199) + "a", "yield ".repeat(166), "await ".repeat(166),
                "Math.".repeat(199) + "a", "a" + "(a".repeat(400), "delete ".repeat(142) + "a"};
        Throwable[] thrown = new Throwable[1];
        Thread small = new Thread(null, () -> {
            for (String source : sources) {
                try {
                    Expression.parse(source).evaluate(name -> BigDecimal.ONE);
                } catch (FormulaException refused) {
                    assertThat(refused.reason()).doesNotContain("recursion");
                }
            }
        }, "small", 256 * 1024);
        small.setUncaughtExceptionHandler((thread, failure) -> thrown[0] = failure);
        small.start();
        small.join();
        assertThat(thrown[0]).isNull();
    }

    private static FormulaException refusal(String source) {
        FormulaException refusal = catchThrowableOfType(FormulaException.class, () -> Expression.parse(source));
        assertThat(refusal).as("refusal of " + source).isNotNull();
        return refusal;
    }

    private static BigDecimal value(String source) {
        return Expression.parse(source).evaluate(name -> null);
    }
}
