package io.quipu.common.formula;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.quipu.common.quantity.Value;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused, and where; and what sources cost that mean harm. */
class FormulaLimitsTest {

    @ParameterizedTest
    @CsvSource(delimiter = '¦', quoteCharacter = '\u00a7', textBlock = """
            (m) => { while (true) {} }                  ¦ 10 ¦ while is not part of the language
            (m) => { for (;;) {} }                      ¦ 10 ¦ for is not part
            (m) => { do { } while (m) }                 ¦ 10 ¦ do is not part
            (m) => { const f = (x) => f(x); return 1; } ¦ 27 ¦ no such name: f
            (function f(x) { return f(x); })            ¦ 25 ¦ no such name: f
            (m) => { const f = (x) => g(x), g = (x) => f(x); return f(1) } ¦ 27 ¦ no such name: g
            (m) => { return x; const x = 1; }           ¦ 17 ¦ no such name: x
            (m) => { if (m) { const x = 1; } return x } ¦ 41 ¦ no such name: x
            (m) => { let x = 1; x = 2; return x }       ¦ 23 ¦ assignment
            (m) => { m.a = 2; return m }                ¦ 10 ¦ unexpected m: statements are
            (m) => m.a += 2                             ¦ 12 ¦ assignment
            (m) => m.a++                                ¦ 11 ¦ ++
            (m) => --m.a                                ¦ 8  ¦ --
            (m) => { const x = 1; const x = 2; }        ¦ 29 ¦ x has a meaning here already
            (m) => { const m = 1; }                     ¦ 16 ¦ m has a meaning here already
            (m) => { const x = 1; { const x = 2; } }    ¦ 31 ¦ x has a meaning here already
            (m, m) => 1                                 ¦ 5  ¦ m has a meaning here already
            ({a, a}) => 1                               ¦ 6  ¦ a has a meaning here already
            (m) => { const x; }                         ¦ 16 ¦ needs a value
            (m) => { const Math = 1; }                  ¦ 16 ¦ Math cannot be a name
            (m) => { const undefined = 1; }             ¦ 16 ¦ undefined cannot be a name
            (arguments) => 1                            ¦ 2  ¦ arguments cannot be a name
            (m = 1) => m                                ¦ 4  ¦ assignment
            (...m) => m                                 ¦ 2  ¦ spread
            ([a]) => a                                  ¦ 2  ¦ array
            ({a: {b}}) => b                             ¦ 6  ¦ unexpected {
            (m,) => m                                   ¦ 4  ¦ unexpected )
            (m) => Math.max(1,)                         ¦ 19 ¦ unexpected )
            (m) => this.a                               ¦ 8  ¦ this is not part
            (m) => arguments                            ¦ 8  ¦ arguments is not part
            (m) => eval(m)                              ¦ 8  ¦ eval is not part
            (m) => new Date()                           ¦ 8  ¦ new is part of the language only in
            (m) => new m.constructor()                  ¦ 8  ¦ new is part of the language only in
            (m) => new BigNumber                        ¦ 8  ¦ new is part of the language only in
            (m) => BigNumber                            ¦ 17 ¦ too early
            (m) => BigNumber(1, 16)                     ¦ 8  ¦ BigNumber takes 1 argument, not 2
            (m) => BigNumber.config(1)                  ¦ 18 ¦ no such function: BigNumber.config
            (m) => BigNumber.max()                      ¦ 18 ¦ max takes 1 to 64 arguments, not 0
            (m) => Math.random()                        ¦ 8  ¦ no such function: Math.random
            (m) => Math.PI                              ¦ 8  ¦ no such function: Math.PI
            (m) => Math.abs                             ¦ 8  ¦ no such function: Math.abs
            (m) => Math.pow(2, 3)                       ¦ 8  ¦ no such function: Math.pow
            (m) => Math.abs(1, 2)                       ¦ 13 ¦ abs takes 1 argument, not 2
            (m) => m.a.toFixed(2)                       ¦ 12 ¦ no such method: toFixed
            (m) => m.a.plus()                           ¦ 12 ¦ plus takes 1 argument, not 0
            (m) => m.a.pow(99)                          ¦ 12 ¦ no such method: pow
            (m) => m.constructor                        ¦ 10 ¦ constructor is not part
            (m) => m.constructor.constructor(1)()       ¦ 10 ¦ constructor is not part
            (m) => m.__proto__                          ¦ 10 ¦ __proto__ is not part
            (m) => m.prototype                          ¦ 10 ¦ prototype is not part
            (m) => m.hasOwnProperty                     ¦ 10 ¦ hasOwnProperty is not part
            (m) => m.__defineGetter__                   ¦ 10 ¦ __defineGetter__ is not part
            ({constructor}) => 1                        ¦ 3  ¦ constructor is not part
            (m) => ({__proto__: m})                     ¦ 10 ¦ __proto__ is not part
            (m) => ({'__proto__': m})                   ¦ 10 ¦ __proto__ is not part
            (m) => ({'toString': m})                    ¦ 10 ¦ toString is not part
            (m) => ({get a() { return 1 }})             ¦ 14 ¦ unexpected a
            (m) => ({a() { return 1 }})                 ¦ 11 ¦ unexpected (
            (m) => ({[m]: 1})                           ¦ 10 ¦ array or an index
            (m) => ({...m})                             ¦ 10 ¦ spread
            (m) => ({1: 2})                             ¦ 10 ¦ unexpected 1
            (m) => ({a: 1, a: 2})                       ¦ 16 ¦ a is a member of this object already
            (m) => ({a: (x) => x})                      ¦ 13 ¦ a function may only be
            (m) => ((x) => x)(1)                        ¦ 9  ¦ a function may only be
            (m) => (x) => x                             ¦ 8  ¦ a function may only be
            m => n => m                                 ¦ 6  ¦ a function may only be
            (m) => function () { return 1 }             ¦ 8  ¦ a function may only be
            (m) => { function f() { return 1 } }        ¦ 10 ¦ name a function by const
            (m) => { const f = () => 1; return f }      ¦ 36 ¦ f is a function, which can only be called
            (m) => { const f = () => 1; return f.call(m) } ¦ 36 ¦ f is a function, which can only be called
            (m) => { const f = () => 1; return f(2) }   ¦ 36 ¦ f has 0 parameters, not 1
            (m) => { const f = (x) => x.toString; }     ¦ 29 ¦ toString is not part
            (m) => m(1)                                 ¦ 9  ¦ a call of what is no function
            (m) => java.lang.System                     ¦ 8  ¦ no such name: java
            (m) => Packages.java                        ¦ 8  ¦ no such name: Packages
            (m) => globalThis                           ¦ 8  ¦ no such name: globalThis
            (m) => NaN                                  ¦ 8  ¦ NaN is not part
            (m) => parseInt(m)                          ¦ 8  ¦ no such name: parseInt
            (m) => /a+/                                 ¦ 8  ¦ regular expression
            (m) => { if (m) /}}}/ }                     ¦ 19 ¦ } closes nothing
            (m) => { if (m) /x/ }                       ¦ 17 ¦ unexpected /
            (m) => `a`                                  ¦ 8  ¦ template
            (m) => 'a'                                  ¦ 8  ¦ text
            (m) => m + 'a'                              ¦ 12 ¦ text
            (m) => m.'a'                                ¦ 10 ¦ text
            (m) => { 'use strict'; return 1; }          ¦ 10 ¦ text
            (m) => 'a\\u0062'                           ¦ 10 ¦ unexpected character \\
            (m) => m['a']                               ¦ 9  ¦ index
            (m) => [1]                                  ¦ 8  ¦ array
            (m) => m?.a                                 ¦ 9  ¦ ?.
            (m) => m ?? 1                               ¦ 10 ¦ ??
            (m) => (1, 2)                               ¦ 10 ¦ , is not part
            (m) => 1, 2                                 ¦ 9  ¦ something else
            (m) => 1; (m) => 2                          ¦ 9  ¦ something else
            (m) => 2 ^ 30                               ¦ 10 ¦ not a power
            (m) => 2 ** 30                              ¦ 10 ¦ power
            (m) => 1 << 3                               ¦ 10 ¦ bits
            (m) => m >>> 3                              ¦ 10 ¦ bits
            (m) => ~1                                   ¦ 8  ¦ bits
            (m) => m & 1                                ¦ 10 ¦ unexpected character &
            (m) => m | 1                                ¦ 10 ¦ unexpected character |
            (m) => typeof m                             ¦ 8  ¦ typeof is not part
            (m) => void 0                               ¦ 8  ¦ void is not part
            (m) => delete m.a                           ¦ 8  ¦ delete is not part
            (m) => a in m                               ¦ 8  ¦ no such name: a
            (m) => m in m                               ¦ 10 ¦ in is not part
            (m) => m instanceof m                       ¦ 10 ¦ instanceof is not part
            (m) => { throw m }                          ¦ 10 ¦ throw is not part
            (m) => { try { } finally { } }              ¦ 10 ¦ try is not part
            (m) => { switch (m) { } }                   ¦ 10 ¦ switch is not part
            (m) => { class A { } }                      ¦ 10 ¦ class is not part
            (m) => { with (m) { } }                     ¦ 10 ¦ with is not part
            (m) => { debugger }                         ¦ 10 ¦ debugger is not part
            (m) => { m.a; }                             ¦ 10 ¦ statements are
            (m) => { a: return 1 }                      ¦ 10 ¦ statements are
            (m) => { if (m) const x = 1; }              ¦ 17 ¦ statements are
            (m) => { return 1 return 2 }                ¦ 19 ¦ unexpected return
            (m) => { if (m) return 1 else return 2 }    ¦ 26 ¦ unexpected else
            (m) => { const {a} = m; }                   ¦ 16 ¦ unexpected {
            async (m) => 1                              ¦ 1  ¦ async is not part
            function* (m) { yield 1 }                   ¦ 9  ¦ unexpected *
            function (m) m                              ¦ 14 ¦ unexpected m
            m.a                                         ¦ 1  ¦ one function
            (m)                                         ¦ 2  ¦ one function
            if (m) 1                                    ¦ 1  ¦ one function
            (m) =>                                      ¦ 7  ¦ too early
            (m) => {                                    ¦ 8  ¦ { is never closed
            (m => 1                                     ¦ 1  ¦ ( is never closed
            (m) => 1)                                   ¦ 9  ¦ ) closes nothing
            (m) => (1}                                  ¦ 10 ¦ } closes nothing
            (m) => { 1 /* }                             ¦ 12 ¦ comment never ends
            (m) => ({'a: 1})                            ¦ 10 ¦ never ends
            (m) => 010                                  ¦ 8  ¦ decimal digits
            (m) => 0x10                                 ¦ 8  ¦ decimal digits
            (m) => 1n                                   ¦ 8  ¦ decimal digits
            (m) => 1_000                                ¦ 8  ¦ decimal digits
            (m) => 1.2.3                                ¦ 8  ¦ decimal digits
            (m) => 1e30                                 ¦ 8  ¦ at most 30 digits
            (m) => \\u006d                              ¦ 8  ¦ escape
            (m) => @m                                   ¦ 8  ¦ unexpected character @
            """)
    void everythingElseIsRefusedWithItsPlace(String source, int column, String reason) {
        FormulaException refusal = refusal(source);
        assertThat(refusal.reason()).contains(reason);
        assertThat(refusal.line()).isEqualTo(1);
        assertThat(refusal.column()).as(refusal.getMessage()).isEqualTo(column);
    }

    @Test
    void theLineIsCounted() {
        assertThat(refusal("(m) => {\r\n  // a comment\n  /* another\n one */ return this;\n}")).extracting(FormulaException::line,
                FormulaException::column).containsExactly(4, 16);
        assertThat(refusal("(m) => { return\n 1; }").reason()).contains("line of return");
        assertThat(refusal("(m)\n=> 1").reason()).contains("line of the parameters");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "// m => 1", "(m) => m\u0000", "(m) => m\u2028", "(m) => m // \u2028", "(m) => m\u00a0+ 1", "\uFEFF(m) => m",
        "(m) => m\u200d", "(m) => ({'\u2028': 1})", "(m) => ({'\n': 1})", "(m) => \ud800", "<!-- m => 1", "(m) => m\n--> 1", "#!m", "() =>"})
    void whatCannotBeSeenOrIsNoFormulaIsRefused(String source) {
        assertThat(refusal(source)).isNotNull();
    }

    @Test
    void theSourceMayHaveItsLimitOfCharactersAndNoMore() {
        String longest = "() => 1" + " ".repeat(Formula.MAX_SOURCE_LENGTH - 7);
        assertThat(evaluate(longest)).isEqualTo(number(1));
        assertThat(refusal(longest + " ").reason()).contains("10001 characters");
        assertThat(refusal("(".repeat(5_000_000)).reason()).contains("5000000 characters");
    }

    @Test
    void theFormulaMayHaveItsLimitOfNodesAndNoMore() {
        // the body, its statements and what is returned are three nodes; each declaration is two, one for the value that it has not
        StringBuilder source = new StringBuilder("() => {");
        int declarations = (Formula.MAX_NODES - 3) / 2;
        for (int i = 0; i < declarations; i++) {
            source.append("let v").append(i).append(';');
        }
        assertThat(source.length()).isLessThan(Formula.MAX_SOURCE_LENGTH);
        assertThat(evaluate(source + "return 1}")).isEqualTo(number(1));
        assertThat(refusal(source + "let w; return 1}").reason()).contains("more than 2000");
    }

    @Test
    void parametersAndMembersHaveLimits() {
        StringBuilder parameters = new StringBuilder("p0");
        for (int i = 1; i < Formula.MAX_PARAMETERS; i++) {
            parameters.append(", p").append(i);
        }
        Formula most = Formula.compile("(" + parameters + ") => p15.a");
        assertThat(most.parameters()).isEqualTo(16);
        assertThat(most.uses(15)).isTrue();
        assertThat(most.members(15)).containsExactly("a");
        assertThat(most.uses(14)).isFalse();
        assertThat(refusal("(" + parameters + ", more) => 1").reason()).contains("more than 16 parameters");
        StringBuilder members = new StringBuilder("a0: 0");
        for (int i = 1; i < Formula.MAX_MEMBERS; i++) {
            members.append(", a").append(i).append(": 0");
        }
        assertThat(((Value.Structure) evaluate("() => ({" + members + "})")).members()).hasSize(64);
        assertThat(refusal("() => ({" + members + ", more: 0})").reason()).contains("more than 64 members");
    }

    @Test
    void nestingHasItsLimit() {
        // the body and its value are two levels before the first parenthesis; of n terms, the first is n levels deep
        String deepest = "(".repeat(62) + "1" + ")".repeat(62);
        assertThat(evaluate("() => " + deepest)).isEqualTo(number(1));
        assertThat(refusal("() => (" + deepest + ")").reason()).contains("nested more than 64 deep");
        String longest = "1" + " + 1".repeat(63);
        assertThat(evaluate("() => " + longest)).isEqualTo(number(64));
        assertThat(refusal("() => " + longest + " + 1").reason()).contains("nested more than 64 deep");
    }

    @Test
    void callsOfCallsAreCounted() {
        StringBuilder source = new StringBuilder("(x) => { const f0 = (a) => a + 1;");
        for (int i = 1; i < 40; i++) {
            source.append(" const f").append(i).append(" = (a) => f").append(i - 1).append("(a) + f").append(i - 1).append("(a);");
        }
        assertThat(refusal(source + " return f39(x); }").reason()).contains("more than 2000");
        StringBuilder chain = new StringBuilder("(x) => { const f0 = (a) => a;");
        for (int i = 1; i < 150; i++) {
            chain.append(" const f").append(i).append(" = (a) => f").append(i - 1).append("(a);");
        }
        assertThat(refusal(chain + " return f149(x); }").reason()).contains("more than");
    }

    @Test
    void resultsHaveTheirLimits() {
        StringBuilder doubling = new StringBuilder("(x) => { const o0 = {x};");
        StringBuilder nesting = new StringBuilder(doubling);
        for (int i = 1; i < 60; i++) {
            doubling.append(" const o").append(i).append(" = {a: o").append(i - 1).append(", b: o").append(i - 1).append("};");
            nesting.append(" const o").append(i).append(" = {a: o").append(i - 1).append("};");
        }
        for (String source : List.of(doubling + " return o59; }", doubling + " return o9; }", nesting + " return o50; }")) {
            assertThatThrownBy(() -> evaluate(source, number(1))).isInstanceOf(EvaluationException.class)
                    .hasMessageContaining("more than 1000 values or 50 levels");
        }
        assertThat(evaluate(doubling + " return o8; }", number(1))).isInstanceOf(Value.Structure.class);
        assertThat(evaluate(nesting + " return o49; }", number(1))).isInstanceOf(Value.Structure.class);
    }

    @Test
    void numbersOnTheWayAreBounded() {
        for (String source : List.of("(a) => " + "a * ".repeat(60) + "a", "(a) => 1" + " / a".repeat(60),
                "(a) => BigNumber(a)" + ".times(a)".repeat(60))) {
            assertThatThrownBy(() -> evaluate(source, Value.of(new BigDecimal("9e29")))).isInstanceOf(EvaluationException.class)
                    .hasMessageContaining("out of bounds").hasMessageContaining("1000 digits");
        }
        for (String extreme : List.of("1e1000000000", "1e-1000000000")) {
            for (String source : List.of("(a) => a + 1", "(a) => a % 3", "(a) => a < 1", "(a) => Math.floor(a)", "(a) => a")) {
                assertThatThrownBy(() -> evaluate(source, Value.of(new BigDecimal(extreme)))).isInstanceOf(EvaluationException.class)
                        .hasMessageContaining("out of bounds");
            }
        }
    }

    @Test
    void hostileSourcesFitASmallStack() throws InterruptedException {
        List<String> sources = new ArrayList<>();
        for (int depth : new int[] {60, 1_400}) {
            for (String[] pair : new String[][] {{"(", ")"}, {"Math.abs(", ")"}, {"{a: ", "}"}, {"({a: ", "})"}, {"-(", ")"}, {"1 + (", ")"},
                {"BigNumber(", ")"}, {"x.plus(", ")"}, {"f(", ")"}, {"1 ? ", " : 1"}}) {
                sources.add("(x) => { const f = (y) => y; return " + pair[0].repeat(depth) + "1" + pair[1].repeat(depth) + "; }");
            }
            for (String prefix : List.of("! ", "- ", "+ ", "1 ? 1 : ", "1 || ", "1 && ", "1 + ", "1 * ", "1 < ", "1 === ", "a => ", "(a) => ", "new ",
                    "typeof ", "void ", "x.a.b || ", "(", "{", "[", "`${", "function () { return ", "(a, ", "a, ", "x = ", "async ", "await ", "...",
                    "/", "'", "/*", "if (1) ", "else ")) {
                sources.add("(x) => " + prefix.repeat(depth) + "1");
                sources.add("(x) => { return " + prefix.repeat(depth) + "1 }");
                sources.add(prefix.repeat(depth));
            }
            for (String statement : List.of("{ ", "if (1) ", "if (1) { ", "if (1) { } else ", "if (1) return 1; else ", "; ", "const f = (x) => { ",
                    "return ", "a: ", "for (;;) ", "do ")) {
                sources.add("() => { " + statement.repeat(depth) + "return 1; " + (statement.endsWith("{ ") ? "} ".repeat(depth) : "") + "}");
                sources.add("() => { " + statement.repeat(depth));
            }
            sources.add("(x) => x" + ".a".repeat(depth));
            sources.add("(x) => x" + ".abs()".repeat(depth));
            sources.add("(x) => x" + "(1)".repeat(depth));
            sources.add("(a" + ", a".repeat(depth) + ") => 1");
            sources.add("(x) => Math.max(1" + ", 1".repeat(depth) + ")");
            sources.add("(".repeat(depth) + "(x) => 1" + ")".repeat(depth));
            sources.add("(x) => 1" + "1".repeat(depth * 6));
            sources.add("(x) => 1." + "1".repeat(depth * 6) + "x");
        }
        int[] accepted = new int[1];
        Throwable[] thrown = new Throwable[1];
        Thread small = new Thread(null, () -> {
            for (String source : sources) {
                try {
                    Formula.compile(source).evaluate(List.of(number(1)));
                    accepted[0]++;
                } catch (FormulaException | EvaluationException refused) {
                    assertThat(refused.getMessage()).isNotBlank();
                }
            }
        }, "small", 256 * 1024);
        small.setUncaughtExceptionHandler((thread, failure) -> thrown[0] = failure);
        small.start();
        small.join();
        assertThat(thrown[0]).isNull();
        assertThat(accepted[0]).isBetween(20, sources.size() / 2);
    }

    @Test
    void nullIsABugOfTheCaller() {
        assertThatThrownBy(() -> Formula.compile(null)).isInstanceOf(NullPointerException.class);
    }

    private static FormulaException refusal(String source) {
        FormulaException refusal = catchThrowableOfType(FormulaException.class, () -> Formula.compile(source));
        assertThat(refusal).as("refusal of " + source.substring(0, Math.min(200, source.length()))).isNotNull();
        return refusal;
    }

    private static Value evaluate(String source, Value... arguments) {
        return Formula.compile(source).evaluate(List.of(arguments));
    }

    private static Value number(int number) {
        return Value.of(BigDecimal.valueOf(number));
    }
}
