package io.quipu.common.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quipu.common.formula.FormulaException;
import io.quipu.common.quantity.Value;
import io.quipu.common.time.Window;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class FormulaFunctionsTest {

    private static final Window MONTH = Window.parse("2026-11");
    private static final long NOON = MONTH.from() + 12 * 3_600_000L;

    @Test
    void whatIsNotAFunctionIsBuiltIn() {
        assertThat(MetricFunctions.of(new MeteringPlan.Metric("m", "U", null, "a / 2", "max"))).isInstanceOf(BuiltInFunctions.class);
        for (String text : new String[] {"m => m.a", "(m) => m.a", "function(m) { return m.a; }", " (function (m) { return m.a; })"}) {
            assertThat(metered(text).meter(Map.of("a", BigDecimal.TEN), 0, 1)).as(text).contains(number("10"));
        }
    }

    @Test
    void aMeterSeesTheMeasuresAndTheTimesOfTheUsage() {
        MetricFunctions functions = metered("m => ({ hours: (m.end - m.start) / 3600000 * m.a, other: m.b || 7 })");

        assertThat(functions.meter(Map.of("a", new BigDecimal("2")), NOON, NOON + 5_400_000))
                .contains(structure("hours", "3", "other", "7"));
    }

    @Test
    void aUsageWithoutTheMeasuresOfAMeterDoesNotTouchTheMetric() {
        assertThat(metered("m => m.a || 0").meter(Map.of("b", BigDecimal.ONE), 0, 1)).isEmpty();
        assertThat(metered("m => m.end - m.start").meter(Map.of("b", BigDecimal.ONE), 3, 5)).contains(number("2"));
        assertThat(formulas(null, null, "(a, prev, curr) => curr", null).meter(Map.of("m", BigDecimal.TEN), 0, 1))
                .as("the measure of the metric's name").contains(number("10"));
    }

    @Test
    void aMeterWithoutResultRejectsTheUsage() {
        Map<String, BigDecimal> one = Map.of("a", BigDecimal.ONE);
        for (String text : new String[] {"m => m.a / m.b", "m => null", "m => m.a && m.b", "m => m.a > 0", "m => m.a / 0",
            "m => ({ a: m.a, b: m.a * m.b })", "m => 1e29 * 1e29 * m.a"}) {
            rejected("metering_failed", () -> metered(text).meter(one, 0, 1));
        }
    }

    @Test
    void accumulateIsGivenZeroOrTheStateAndTheBoundsOfTheWindow() {
        MetricFunctions functions = accumulated("(a, qty, start, end, from, to) => "
                + "({ sum: (a.sum || 0) + qty, last: end - start, from: from, to: to })");

        Value first = functions.accumulate(Optional.empty(), number("5"), NOON, NOON + 1, MONTH).orElseThrow();
        assertThat(functions.accumulate(Optional.of(first), number("2"), NOON, NOON + 3, MONTH)).contains(structure(
                "sum", "7", "last", "3", "from", Long.toString(MONTH.from()), "to", Long.toString(MONTH.to())));
        assertThat(functions.quantity(first)).isEqualTo(first);
        assertThat(accumulated("(a, qty) => a === 0 ? qty : a").accumulate(Optional.empty(), number("5"), 0, NOON, MONTH))
                .contains(number("5"));
    }

    @Test
    void nullLeavesTheWindowAloneAndAnythingElseThanAStateRejectsTheUsage() {
        assertThat(accumulated("(a, qty, start, end, from, to) => end - from < 3600000 ? null : qty")
                .accumulate(Optional.of(number("1")), number("5"), 0, MONTH.from(), MONTH)).isEmpty();
        for (String text : new String[] {"(a, qty) => a / 0", "(a, qty) => qty.x.y", "(a, qty) => true",
            "(a, qty) => ({ a: null })"}) {
            rejected("accumulating_failed",
                    () -> accumulated(text).accumulate(Optional.empty(), number("5"), 0, NOON, MONTH));
        }
    }

    @Test
    void aStateIsBounded() {
        String members = IntStream.range(0, FormulaLimits.MAX_MEMBERS - 1).mapToObj(i -> "m" + i + ": qty")
                .collect(Collectors.joining(", "));
        assertThat(accumulated("(a, qty) => ({ o: { " + members + " } })")
                .accumulate(Optional.empty(), number("5"), 0, NOON, MONTH)).isPresent();
        rejected("accumulating_failed", () -> accumulated("(a, qty) => ({ o: { " + members + " }, p: 1 })")
                .accumulate(Optional.empty(), number("5"), 0, NOON, MONTH));
        MetricFunctions nested = accumulated("(a, qty) => ({ a: a })");
        Optional<Value> state = Optional.empty();
        for (int depth = 1; depth <= FormulaLimits.MAX_DEPTH; depth++) {
            state = nested.accumulate(state, number("5"), 0, NOON, MONTH);
        }
        Optional<Value> deepest = state;
        rejected("accumulating_failed", () -> nested.accumulate(deepest, number("5"), 0, NOON, MONTH));
    }

    @Test
    void builtInAccumulateFunctionsGoWithAMeterThatIsAFormulaAndNeedNumbers() {
        MetricFunctions max = formulas("m => m.a.b || m.a", "max", null, null);
        assertThat(max.accumulate(Optional.of(number("5")), number("7"), 0, NOON, MONTH)).contains(number("7"));
        MetricFunctions last = formulas("m => m.a", "last", null, null);
        Value state = last.accumulate(Optional.empty(), number("7"), 0, NOON, MONTH).orElseThrow();
        assertThat(last.quantity(state)).isEqualTo(number("7"));
        rejected("accumulating_failed", () -> max.accumulate(Optional.empty(), structure("x", "1"), 0, NOON, MONTH));
        assertThatThrownBy(() -> formulas("m => m.a", "time_weighted", null, null))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("weighted by time");
    }

    @Test
    void aggregateIsGivenZeroForWhatWasNotThere() {
        MetricFunctions functions = formulas(null, null,
                "(a, prev, curr) => ({ n: (a.n || 0) + curr.n - (prev.n || 0), had: a ? 1 : 0 })", null);

        Value total = functions.aggregate(Optional.empty(), Optional.empty(), structure("n", "4"));
        assertThat(total).isEqualTo(structure("n", "4", "had", "0"));
        assertThat(functions.aggregate(Optional.of(total), Optional.of(structure("n", "1")), structure("n", "3")))
                .isEqualTo(structure("n", "6", "had", "1"));
        rejected("aggregating_failed", () -> formulas(null, null, "(a, prev, curr) => null", null)
                .aggregate(Optional.empty(), Optional.empty(), number("1")));
    }

    @Test
    void withoutAggregateObjectsAreNoTotal() {
        MetricFunctions functions = accumulated("(a, qty) => qty");
        assertThat(functions.aggregate(Optional.of(number("9")), Optional.of(number("2")), number("3"))).isEqualTo(number("10"));
        rejected("aggregating_failed", () -> functions.aggregate(Optional.empty(), Optional.empty(), structure("n", "4")));
    }

    @Test
    void aSummaryIsANumberWhateverFails() {
        Value quantity = structure("n", "4");
        assertThat(summarized("(t, qty, from, to) => qty.n * (Math.min(t, to) - from)")
                .summarize(MONTH.from() + 3, quantity, MONTH)).isEqualByComparingTo("12");
        for (String text : new String[] {"(t, qty) => qty", "(t, qty) => qty.n / 0", "(t, qty) => qty.x", "(t, qty) => true"}) {
            assertThat(summarized(text).summarize(0, quantity, MONTH)).as(text).isZero();
        }
        assertThat(accumulated("(a, qty) => qty").summarize(0, quantity, MONTH)).isZero();
        assertThat(accumulated("(a, qty) => qty").summarize(0, number("4"), MONTH)).isEqualByComparingTo("4");
    }

    @Test
    void aMonthIsTheSumOfItsDaysOnlyWhereNoFormulaAddsUp() {
        assertThat(metered("m => m.a").additive()).isTrue();
        assertThat(formulas("m => m.a", "max", null, null).additive()).isFalse();
        assertThat(accumulated("(a, qty) => a + qty").additive()).isFalse();
        assertThat(formulas(null, null, "(a, prev, curr) => curr", null).additive()).isFalse();
    }

    @Test
    void aFormulaIsNeverALevel() {
        MetricFunctions functions = metered("m => m.duration / 3600000");
        assertThat(functions.timeWeighted()).isFalse();
        assertThat(functions.level(Map.of("duration", BigDecimal.TEN))).isEmpty();
        assertThat(functions.unitOfTime()).isEmpty();
    }

    @Test
    void whatIsNotOfTheLanguageIsRefusedWhereItStands() {
        assertThatThrownBy(() -> metered("m =>\n { while (true) { } }")).isInstanceOfSatisfying(FormulaException.class,
                refused -> assertThat(refused.line()).isEqualTo(2));
    }

    private static MetricFunctions metered(String meter) {
        return formulas(meter, null, null, null);
    }

    private static MetricFunctions accumulated(String accumulate) {
        return formulas(null, accumulate, null, null);
    }

    private static MetricFunctions summarized(String summarize) {
        return formulas(null, null, null, summarize);
    }

    private static MetricFunctions formulas(String meter, String accumulate, String aggregate, String summarize) {
        return MetricFunctions.of(new MeteringPlan.Metric("m", "U", null, meter, accumulate, null, aggregate, summarize));
    }

    private static void rejected(String code, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(MeteringException.class,
                refused -> assertThat(refused.code()).isEqualTo(code)).hasMessageStartingWith("metric m cannot be ");
    }

    private static Value number(String digits) {
        return Value.of(new BigDecimal(digits));
    }

    private static Value structure(String... members) {
        TreeMap<String, Value> all = new TreeMap<>();
        for (int i = 0; i < members.length; i += 2) {
            all.put(members[i], number(members[i + 1]));
        }
        return new Value.Structure(all);
    }
}
