package io.quipu.common.formula;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quipu.common.quantity.Value;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FormulaTest {

    private static final Value TEXT = new Value.Text("1");
    private static final Value EMPTY_TEXT = new Value.Text("");
    private static final Value ARRAY = new Value.Sequence(List.of(Value.ZERO));

    /** m is {storage: 1610612736, calls: 0, none: null, on: true, inner: {x: 5}}; q is 2.5; n is null. */
    private static final Value M = structure("storage", number("1610612736"), "calls", Value.ZERO, "none", new Value.Nothing(),
            "on", new Value.Flag(true), "inner", structure("x", number("5")));

    @ParameterizedTest
    @CsvSource(delimiter = '¦', quoteCharacter = '`', textBlock = """
            m.storage / 1073741824                             ¦ 1.5
            new BigNumber(m.storage || 0).div(1073741824).toNumber() ¦ 1.5
            BigNumber(m.storage).dividedBy(1073741824)         ¦ 1.5
            0.03 + 0.03                                        ¦ 0.06
            new BigNumber(0.03).plus(0.03)                     ¦ 0.06
            9007199254740993 + 0                               ¦ 9007199254740993
            1 / 3                                              ¦ 0.3333333333333333333333333333333333
            1e29 + 1e-30                                       ¦ 100000000000000000000000000000.000000000000000000000000000001
            7 % 3                                              ¦ 1
            -7 % 3                                             ¦ -1
            7.5 % -2                                           ¦ 1.5
            7 % (1 / 0)                                        ¦ 7
            2 + 3 * 4 - 6 / 2 % 2                              ¦ 13
            -m.calls                                           ¦ 0
            - -q                                               ¦ 2.5
            +q + +q                                            ¦ 5
            -q.plus(1)                                         ¦ -3.5
            m.gone || 7                                        ¦ 7
            m.calls || 7                                       ¦ 7
            m.none || 7                                        ¦ 7
            (m.gone + 1) || 7                                  ¦ 7
            m.storage && 7                                     ¦ 7
            m.calls && 7                                       ¦ 0
            null + 1                                           ¦ 1
            true + true                                        ¦ 2
            m.none * 3 + 1                                     ¦ 1
            (m * 2) || 7                                       ¦ 7
            1 / 0 > 1e29 ? 1 : 2                               ¦ 1
            -1 / 0 < -1e29 ? 1 : 2                             ¦ 1
            5 / (1 / 0)                                        ¦ 0
            (1 / 0 - 1 / 0) || 7                               ¦ 7
            (0 * (1 / 0)) || 7                                 ¦ 7
            Math.min(1 / 0, 3)                                 ¦ 3
            Math.max(-1 / 0, 3)                                ¦ 3
            Math.min(3, 1, 2)                                  ¦ 1
            Math.max(3, 1, m.gone) || 7                        ¦ 7
            Math.max(m.gone, 3) || 7                           ¦ 7
            Math.abs(-2.5)                                     ¦ 2.5
            Math.floor(-2.5)                                   ¦ -3
            Math.ceil(-2.5)                                    ¦ -2
            Math.round(-2.5)                                   ¦ -2
            Math.round(2.5)                                    ¦ 3
            BigNumber(-2.5).round()                            ¦ -3
            BigNumber(2.345).round(2)                          ¦ 2.35
            BigNumber(2.345).round(undefined)                  ¦ 2
            BigNumber(2.345).round(9)                          ¦ 2.345
            BigNumber(2.5).floor().ceil().neg().negated().abs().absoluteValue() ¦ 2
            BigNumber(7).minus(2).sub(1).times(3).mul(2).div(4).add(1) ¦ 7
            BigNumber(7).cmp(8)                                ¦ -1
            BigNumber(7).comparedTo(6)                         ¦ 1
            BigNumber(7).comparedTo(7.0)                       ¦ 0
            BigNumber(7).valueOf()                             ¦ 7
            BigNumber.min(3, 1, 2)                             ¦ 1
            BigNumber.max(3, 1, 2)                             ¦ 3
            q ? m.inner.x : 0                                  ¦ 5
            false ? 1 : true ? 2 : 3                           ¦ 2
            ({a: 1, 'b': {c: q}, "d e": 3}).b.c                ¦ 2.5
            ({q}).q                                            ¦ 2.5
            ({if: 4}).if                                       ¦ 4
            m.inner.x.y || 7                                   ¦ 7
            m.on.y || 7                                        ¦ 7
            q /* half */ / 2 // of it                          ¦ 1.25
            q?.5:1                                             ¦ 0.5
            """)
    void expressionsHaveTheirValue(String expression, BigDecimal expected) {
        assertThat(value(expression + "\n")).isEqualTo(Value.of(expected));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '¦', quoteCharacter = '`', textBlock = """
            1 < 2               ¦ true
            2 <= 2.0            ¦ true
            2 > 2               ¦ false
            2 >= 3              ¦ false
            m.gone < 1          ¦ false
            m.gone >= 1         ¦ false
            null >= 0           ¦ true
            true > false        ¦ true
            m < 1               ¦ false
            2 === 2.00          ¦ true
            2 !== 2             ¦ false
            1 === true          ¦ false
            1 == true           ¦ true
            2 == true           ¦ false
            null == undefined   ¦ true
            null === undefined  ¦ false
            null == 0           ¦ false
            undefined != false  ¦ true
            m.gone === undefined ¦ true
            m.none === null     ¦ true
            m == null           ¦ false
            m === 1             ¦ false
            m == 1              ¦ false
            0 / 0 === 0 / 0     ¦ false
            0 / 0 != 0 / 0      ¦ true
            1 / 0 === 2 / 0     ¦ true
            !m                  ¦ false
            !m.gone             ¦ true
            !(0 / 0)            ¦ true
            !(1 / 0)            ¦ false
            !0                  ¦ true
            BigNumber(2).eq(2)  ¦ true
            BigNumber(2).equals(3) ¦ false
            BigNumber(2).gt(1)  ¦ true
            BigNumber(2).greaterThan(2) ¦ false
            BigNumber(2).gte(2) ¦ true
            BigNumber(2).greaterThanOrEqualTo(3) ¦ false
            BigNumber(2).lt(3)  ¦ true
            BigNumber(2).lessThan(2) ¦ false
            BigNumber(2).lte(2) ¦ true
            BigNumber(2).lessThanOrEqualTo(1) ¦ false
            BigNumber(0 / 0).gte(1) ¦ false
            BigNumber(0 / 0).lte(1) ¦ false
            BigNumber(0).isZero() ¦ true
            BigNumber(-1).isNegative() ¦ true
            BigNumber(0).isNeg() ¦ false
            BigNumber(0 / 0).isNaN() ¦ true
            BigNumber(1 / 0).isNaN() ¦ false
            BigNumber(1 / 0).isFinite() ¦ false
            BigNumber(1).isFinite() ¦ true
            """)
    void comparisonsAreThoseOfJavaScript(String expression, boolean expected) {
        assertThat(value(expression)).isEqualTo(new Value.Flag(expected));
    }

    @Test
    void resultsAreWhatJsonHas() {
        assertThat(value("null")).isEqualTo(new Value.Nothing());
        assertThat(value("undefined")).isEqualTo(new Value.Nothing());
        assertThat(value("({b: 1.50, a: undefined, c: null, d: {e: true}})")).isEqualTo(structure(
                "b", number("1.5"), "c", new Value.Nothing(), "d", structure("e", new Value.Flag(true))));
        assertThat(value("({})")).isEqualTo(structure());
        assertThat(value("m")).isEqualTo(M);
        assertThat(value("BigNumber(0 / 0).cmp(1)")).isEqualTo(new Value.Nothing());
        assertThat(((Value.Numeric) value("1.50 + 1.50")).number().toString()).isEqualTo("3");
        assertThat(Formula.compile("(a) => ({a})").evaluate(List.of(ARRAY))).isEqualTo(structure("a", ARRAY));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '¦', quoteCharacter = '`', textBlock = """
            m.gone + 1                    ¦ the result is NaN
            1 / 0                         ¦ the result is Infinity
            -1 / 0                        ¦ the result is -Infinity
            ({a: {b: m.gone * 2}})        ¦ the result holds NaN
            m.gone.x                      ¦ line 1, column 21: x of undefined
            m.none.x                      ¦ line 1, column 21: x of null
            new BigNumber(m.gone)         ¦ BigNumber of undefined, which is no number
            BigNumber(null)               ¦ BigNumber of null
            BigNumber(true)               ¦ BigNumber of true
            BigNumber(m)                  ¦ BigNumber of an object
            m.inner.plus(1)               ¦ BigNumber of an object
            BigNumber(1).plus(m.gone)     ¦ BigNumber of undefined
            BigNumber.max(1, m.gone)      ¦ BigNumber of undefined
            BigNumber(1).round(0.5)       ¦ whole number up to 100
            BigNumber(1).round(-1)        ¦ whole number up to 100
            BigNumber(1).round(101)       ¦ whole number up to 100
            BigNumber(1).round(1 / 0)     ¦ whole number up to 100
            m + 1                         ¦ + of an object and 1
            1 + ({})                      ¦ + of 1 and an object
            m === m                       ¦ comparison of two objects
            m == ({})                     ¦ comparison of two objects
            """)
    void whatHasNoResultSaysWhy(String expression, String reason) {
        assertThatThrownBy(() -> value(expression)).isInstanceOf(EvaluationException.class).hasMessageContaining(reason);
    }

    @Test
    void textsAndArraysOfArgumentsAreOpaque() {
        Formula member = Formula.compile("(t, u) => t.length === undefined && t.x === undefined");
        assertThat(member.evaluate(List.of(TEXT))).isEqualTo(new Value.Flag(true));
        assertThat(member.evaluate(List.of(ARRAY))).isEqualTo(new Value.Flag(true));
        Formula truth = Formula.compile("(t) => t ? 1 : 2");
        assertThat(truth.evaluate(List.of(TEXT))).isEqualTo(number("1"));
        assertThat(truth.evaluate(List.of(EMPTY_TEXT))).isEqualTo(number("2"));
        assertThat(truth.evaluate(List.of(ARRAY))).isEqualTo(number("1"));
        Formula same = Formula.compile("(t, u) => t === u");
        assertThat(same.evaluate(List.of(TEXT, new Value.Text("1")))).isEqualTo(new Value.Flag(true));
        assertThat(same.evaluate(List.of(TEXT, ARRAY))).isEqualTo(new Value.Flag(false));
        assertThat(Formula.compile("(t, u) => t == u").evaluate(List.of(TEXT, EMPTY_TEXT))).isEqualTo(new Value.Flag(false));
        for (String operation : List.of("t + 1", "t - 1", "t * 1", "t < 1", "t == 1", "+t", "Math.abs(t)", "BigNumber(t)", "t == ({})")) {
            for (Value opaque : List.of(TEXT, ARRAY)) {
                assertThatThrownBy(() -> Formula.compile("(t) => " + operation).evaluate(List.of(opaque))).as(operation)
                        .isInstanceOf(EvaluationException.class);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "(m, q) => q * 2",
        "((m, q) => q * 2)",
        "((((m, q) => (q * 2))))",
        "function (m, q) { return q * 2; }",
        "(function named(m, q) { return q * 2 })",
        "(m, q) => { const twice = q * 2; return twice; }",
        "(m, q) => { let a = q, b = 2\n var c = a * b\n return c }",
        "(m, q) => { if (q) return q * 2; return 1; }",
        "(m, q) => { if (m.gone) { return 1; } else if (!q) return 2\n else { const x = q; return x + x; } }",
        "(m, q) => { if (!q) { const x = 1; return x; } { const x = 5; return x; } }",
        "(m, q) => { if (q) { ; } ;; { { return 5 } } return 1 }",
        "(m, q) => { const twice = (x) => x * 2; return twice(q); }",
        "(m, q) => { const twice = x => { if (x) { return x * 2; } return 1; }, y = twice(q); return y; }",
        "(m, q) => { const twice = function (q) { const y = q * 2; return y; }; return twice(twice(q)) / 2; }",
        "(m, q) => { const add = (x, y) => y ? x + y : x, none = 0; return add(q) + add(none, q); }",
        "(m, q) => { const two = () => 2; const twice = (x) => x * two(); return twice(q); }",
        "({inner: o, storage, gone}, q) => o.x + (gone || 0)",
        "/* first */ (m, q) /* then */ => // last\n q * 2 // end",
        "(m, q) =>\n\r\n\tq\n*\n2"})
    void functionsOfAllFormsAreCalled(String source) {
        assertThat(evaluate(source, M, number("2.5"))).isEqualTo(number("5"));
    }

    @Test
    void aFunctionThatReturnsNothingIsNull() {
        for (String source : List.of("() => {}", "(a) => { if (a) { return 1; } }", "() => { return }", "() => { return; }", "() => { let x; return x }",
                "() => { const f = () => { }; return f(); }")) {
            assertThat(evaluate(source)).as(source).isEqualTo(new Value.Nothing());
        }
    }

    @Test
    void missingArgumentsAreUndefinedAndOthersIgnored() {
        Formula formula = Formula.compile("(a, b) => b === undefined ? a : b");
        assertThat(formula.evaluate(List.of(number("1")))).isEqualTo(number("1"));
        assertThat(formula.evaluate(List.of(number("1"), number("2"), number("3")))).isEqualTo(number("2"));
        assertThat(evaluate("(a) => { const f = (x, y) => y === undefined; return f(a); }", number("1"))).isEqualTo(new Value.Flag(true));
    }

    @Test
    void conditionsAndLogicEvaluateOnlyWhatTheyMust() {
        for (String source : List.of("(a) => a ? 1 : a.b.c", "(a) => a && 1 || a.b.c", "(a) => !a && a.b.c || 1",
                "(a) => { if (a) return 1; return a.b.c; }", "(a) => { if (!a) { const x = a.b.c; return x; } else { return 1; } }")) {
            assertThat(evaluate(source, number("5"))).as(source).isEqualTo(number("1"));
        }
    }

    @Test
    void parametersUsedAndMembersReadAreKnown() {
        Formula formula = Formula.compile("(m, q, unused, o) => m.b + m.a.deep + q + ({x: o}).x");
        assertThat(formula.parameters()).isEqualTo(4);
        assertThat(formula.members(0)).containsExactly("a", "b");
        assertThat(formula.members(1)).isEmpty();
        assertThat(formula.uses(0)).isTrue();
        assertThat(formula.uses(1)).isTrue();
        assertThat(formula.uses(2)).isFalse();
        assertThat(formula.uses(3)).isTrue();
        assertThatThrownBy(() -> formula.members(0).add("c")).isInstanceOf(UnsupportedOperationException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "(m) => m.a + m.b",
        "({a, b: c}) => a + c",
        "(m) => { const n = m; return n.a + (n || 0).b; }",
        "(m, q) => { const n = q ? q : m; return n.a + n.b; }",
        "(m) => { const f = (x) => x.a; const g = (y) => f(y) + y.b; return g(m); }",
        "(m) => { const f = (x) => { if (x.a) { return x; } return null; }; return f(m).b; }",
        "(m) => { const f = ({a, b}) => a + b; return f(m && m); }",
        "(m) => { const f = () => m.a; return m.b; }",
        "(m) => { const f = ({a}, x) => x; return f(m, m).b; }",
        "(m) => { const f = () => m; return f().a + f().b; }"})
    void membersAreKnownWhateverTheParameterIsCalled(String source) {
        assertThat(Formula.compile(source).members(0)).containsExactly("a", "b");
        assertThat(Formula.compile(source).uses(0)).isTrue();
    }

    /** 2 GB from 6:00 on the tenth of October 2015, 3 GB from 18:00 on the twelfth, stopped at the end of the thirteenth. */
    @Test
    void aTimeBasedMetricOfAMonthIsTheAreaUnderItsLevel() {
        Formula meter = Formula.compile("""
                (m) => {
                  const gigabytes = (bytes, instances) => new BigNumber(bytes || 0).div(1073741824).mul(instances || 0);
                  return {
                    now: gigabytes(m.memory, m.instances).toNumber(),
                    before: gigabytes(m.memory_before, m.instances_before).neg().toNumber()
                  };
                }""");
        Formula accumulate = Formula.compile("""
                function(held, change, start, end, from, to) {
                  if (end < from || end >= to) return null;
                  const both = (from - start) + (to - start);
                  const latest = held && held.since > start ? held : { level: change.now, since: start };
                  return {
                    level: latest.level,
                    since: latest.since,
                    area: (held ? held.area : 0) + (change.now + change.before) * both
                  };
                }""");
        Formula aggregate = Formula.compile("""
                (total, previous, current) => current ? ({
                  level: (total.level || 0) + current.level - (previous.level || 0),
                  area: (total.area || 0) + current.area - (previous.area || 0)
                }) : total""");
        Formula summarize = Formula.compile("""
                (t, total, from, to) => {
                  if (!total) return 0;
                  const until = Math.min(t, to);
                  return new BigNumber(total.area).minus(total.level * ((from - until) + (to - until))).div(2).div(3600000).toNumber();
                }""");
        BigDecimal month = new BigDecimal("1443657600000");
        Value from = Value.of(month);
        Value to = at(month, 31, 0);
        int[][] events = {{9, 6, 2, 0, 2, 7}, {11, 18, 3, 2, 123, 19}, {13, 0, 0, 3, 210, 5}};
        String[] areas = {"2160000000", "2808000000", "1512000000"};
        Value held = Value.ZERO;
        Value total = Value.ZERO;
        for (int i = 0; i < events.length; i++) {
            int[] event = events[i];
            Value time = at(month, event[0], event[1]);
            Value change = meter.evaluate(List.of(structure("memory", number("1073741824"), "instances", number("" + event[2]),
                    "memory_before", number("1073741824"), "instances_before", number("" + event[3]), "start", time, "end", time)));
            Value before = held;
            held = accumulate.evaluate(List.of(held, change, time, time, from, to));
            total = aggregate.evaluate(List.of(total, before, held));
            assertThat(total).isEqualTo(structure("level", number("" + event[2]), "area", number(areas[i])));
            assertThat(summarize.evaluate(List.of(at(month, event[0], event[5]), total, from, to))).isEqualTo(number("" + event[4]));
        }
        assertThat(accumulate.evaluate(List.of(held, structure(), to, to, from, to))).isEqualTo(new Value.Nothing());
        assertThat(meter.members(0)).containsExactly("instances", "instances_before", "memory", "memory_before");
    }

    @Test
    void theSameFormulaServesManyThreads() {
        Formula formula = Formula.compile("(a) => { const b = a + 1; const twice = (x) => x * 2; return twice(b) - b; }");
        List<BigDecimal> expected = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            expected.add(BigDecimal.valueOf(i + 1));
        }
        assertThat(expected.parallelStream().map(n -> formula.evaluate(List.of(Value.of(n.subtract(BigDecimal.ONE)))))
                .map(Value::asNumber).toList()).usingComparatorForType(BigDecimal::compareTo, BigDecimal.class).isEqualTo(expected);
    }

    @Test
    void theSourceTextIsKept() {
        assertThat(Formula.compile(" (m) => m.a ")).hasToString(" (m) => m.a ");
    }

    private static Value at(BigDecimal month, int days, int hours) {
        return Value.of(month.add(BigDecimal.valueOf((days * 24L + hours) * 3_600_000L)));
    }

    private static Value value(String expression) {
        return evaluate("(m, q, n) => " + expression, M, number("2.5"), new Value.Nothing());
    }

    private static Value evaluate(String source, Value... arguments) {
        return Formula.compile(source).evaluate(List.of(arguments));
    }

    private static Value number(String text) {
        return Value.of(new BigDecimal(text));
    }

    private static Value structure(Object... namesAndValues) {
        TreeMap<String, Value> members = new TreeMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            members.put((String) namesAndValues[i], (Value) namesAndValues[i + 1]);
        }
        return new Value.Structure(members);
    }
}
