package io.quipu.collector.catalog.recognition;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.common.plan.MeteringPlan;
import io.quipu.common.plan.RatingPlan;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecognitionTest {

    private static final Set<String> MEASURES = Set.of("x", "y", "px", "py", "x$K");
    private static final String SUM = "(a, qty) => a + qty";

    @ParameterizedTest
    @CsvSource(delimiter = '~', quoteCharacter = '`', value = {
        "m => m.x~ x",
        "(m) => m.x || 0~ x",
        "( m ) => ( m . x /* the only one */ || 0 )~ x",
        "((usage) => { return usage.x ? usage.x : 0; })~ x",
        "function(m) { return new BigNumber(m.x || 0).toNumber(); }~ x",
        "function meter(m) { return m.x / 1e3 }~ x / 1000",
        "m => (m.x || 0) / 1073741824.0~ x / 1073741824",
        "m => new BigNumber(m.x).dividedBy(1000).toNumber()~ x / 1000",
        "m => new BigNumber(m.x || 0).div(1024).div(1024).div(1024).toNumber()~ x / 1024 / 1024 / 1024",
        "m => m.x / (1024 * 1024 * 1024)~ x / (1024 * 1024 * 1024)",
        "m => new BigNumber(m.x).times(2).toNumber()~ x * 2",
        "m => m.x$K / 5~ x$K / 5"})
    void aMeterOfOneMeasureIsAnExpression(String meter, String expression) {
        assertThat(recognized(meter, SUM, null, null).map(MeteringPlan.Metric::meter)).contains(expression);
    }

    @ParameterizedTest
    @ValueSource(strings = {"m => m.x + m.y", "m => m.x || 1", "m => m.end", "m => m.other", "m => -m.x", "m => m.x / m.y",
        "m => { return\n m.x; }", "m => { const k = 2; return m.x / k; }", "({ x }) => x", "m => m.x > 5 ? m.x : 0"})
    void anyOtherMeterIsNot(String meter) {
        assertThat(recognized(meter, SUM, null, null)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "(a, qty) => a + qty",
        "(a, qty) => (a || 0) + (qty || 0)",
        "(a, qty, start, end, from, to) => end < from || end >= to ? null : new BigNumber(a || 0).add(qty || 0).toNumber()",
        "(a, qty, start, end, from, to, twCell) => { if (end < from || end >= to) return null; return a + qty; }",
        "(a, q, s, e, f, t) => { if (e >= t || e < f) { return null; } return new BigNumber(a ? a : 0).plus(q).toNumber(); }",
        "function(a, qty) { return qty + (a || 0); }"})
    void aSumIsBuiltIn(String accumulate) {
        assertThat(recognized(null, accumulate, null, null).map(MeteringPlan.Metric::accumulate)).contains("sum");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "(a, qty) => Math.max(a, qty)",
        "(a, qty, start, end, from, to, twCell) => end < from || end >= to ? null : Math.max(a, qty || 0)",
        "(a, qty, start, end, from, to) => { if (end < from || end >= to) return null; return Math.max(qty, a || 0); }"})
    void aMaximumIsBuiltIn(String accumulate) {
        assertThat(recognized(null, accumulate, null, null).map(MeteringPlan.Metric::accumulate)).contains("max");
    }

    @ParameterizedTest
    @ValueSource(strings = {"(a, qty) => a - qty", "(qty, a) => qty", "(a, qty) => Math.min(a, qty)", "(a, qty, start) => a + start",
        "(a, qty, start, end, from, to) => end <= from || end >= to ? null : a + qty",
        "(a, qty, start, end, from, to) => end < to || end >= from ? null : a + qty",
        "(a, qty) => a + qty + 1", "(a, qty) => Math.max(a, a)"})
    void anythingElseThatAddsUpIsNot(String accumulate) {
        assertThat(recognized(null, accumulate, null, null)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"(a, prev, curr) => a + curr - prev", "(a, prev, curr) => (a || 0) - (prev || 0) + (curr || 0)",
        "(a, prev, curr, aggTwCell, accTwCell) => new BigNumber(a || 0).add(curr).sub(prev || 0).toNumber()",
        "function(total, before, now) { return new BigNumber(total).minus(before || 0).plus(now).toNumber(); }"})
    void aDifferenceIsWhatInstancesAddUpBy(String aggregate) {
        assertThat(recognized(null, "max", aggregate, "(t, qty, from, to) => qty || 0"))
                .contains(new MeteringPlan.Metric("x", "U", "discrete", null, "max"));
    }

    @Test
    void aMetricIsRecognizedAsAWholeOrNotAtAll() {
        assertThat(recognized("m => m.x", SUM, "(a, prev, curr) => Math.max(a, curr)", null)).isEmpty();
        assertThat(recognized("m => m.x", SUM, null, "(t, qty) => qty / 2")).isEmpty();
        assertThat(recognized("m => m.x * m.y", SUM, "(a, prev, curr) => a + curr - prev", null)).isEmpty();
        assertThat(recognized("x / 2", SUM, null, null).map(MeteringPlan.Metric::meter)).contains("x / 2");
        assertThat(recognized("x / 2", "sum", null, null)).as("no function at all").isEmpty();
        assertThat(recognized("m => m.x", null, null, null)).contains(new MeteringPlan.Metric("x", "U", "discrete", "x", null));
    }

    /** In the style of Abacus. */
    private static final String LEVEL = "m => ({ consuming: new BigNumber(m.x || 0).div(8).mul(m.y || 0).toNumber(), "
            + "previous_consuming: new BigNumber(m.px || 0).div(8).mul(m.py || 0).mul(-1).toNumber() })";
    private static final String STEPS = "(a, qty, start, end, from, to, twCell) => { if (end < from || end >= to) return null; "
            + "const past = from - start; const future = to - start; const td = past + future; return { "
            + "consumed: new BigNumber(qty.consuming).mul(td).add(new BigNumber(qty.previous_consuming).mul(td))"
            + ".add(a && a.consumed ? a.consumed : 0).toNumber(), "
            + "consuming: a && a.since > start ? a.consuming : qty.consuming, since: a && a.since > start ? a.since : start }; }";
    private static final String CHANGES = "(a, prev, curr, aggTwCell, accTwCell) => { if (!curr) return a; "
            + "const consuming = new BigNumber(curr.consuming).sub(prev ? prev.consuming : 0); "
            + "const consumed = new BigNumber(curr.consumed).sub(prev ? prev.consumed : 0); "
            + "return { consuming: consuming.add(a ? a.consuming : 0).toNumber(), "
            + "consumed: consumed.add(a ? a.consumed : 0).toNumber() }; }";
    private static final String HOURS = "(t, qty, from, to) => { if (!qty) return 0; const rt = Math.min(t, to ? to : t); "
            + "const past = from - rt; const future = to - rt; const td = past + future; "
            + "const consumed = new BigNumber(qty.consuming).mul(-1).mul(td).toNumber(); "
            + "return new BigNumber(qty.consumed).add(consumed).div(2).div(3600000).toNumber(); }";

    @Test
    void theSymmetricalFormulaIsALevelInHours() {
        assertThat(recognized(LEVEL, STEPS, CHANGES, HOURS))
                .contains(new MeteringPlan.Metric("x", "U", "discrete", "x / 8 * y", "time_weighted", "hours"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', quoteCharacter = '`', value = {
        "m => ({ consuming: m.x, previous_consuming: -m.px })~ x",
        "m => ({ previous_consuming: -(m.px || 0), consuming: m.x || 0 })~ x",
        "m => { return { consuming: m.x || 0, previous_consuming: new BigNumber(m.px || 0).mul(-1).toNumber() }; }~ x",
        "m => ({ consuming: m.x / 8 * m.y, previous_consuming: -1 * m.px / 8 * m.py })~ x / 8 * y",
        "m => ({ 'consuming': (m.x || 0) * (m.y || 0) / 8, 'previous_consuming': -((m.px || 0) * (m.py || 0) / 8) })~ x * y / 8",
        "m => ({ consuming: new BigNumber(m.x).mul(m.y).toNumber(), "
                + "previous_consuming: new BigNumber(m.px).mul(m.py).neg().toNumber() })~ x * y"})
    void aLevelIsWhatIsUsedFromTheUsageOn(String meter, String expression) {
        assertThat(recognized(meter, STEPS, CHANGES, HOURS).map(MeteringPlan.Metric::meter)).contains(expression);
    }

    @Test
    void aLevelInAnotherUnitOrOfOtherStepsIsNone() {
        assertThat(recognized(LEVEL, STEPS, CHANGES, HOURS.replace("3600000", "60000"))).isEmpty();
        assertThat(recognized(LEVEL, STEPS.replace("past + future", "past - future"), CHANGES, HOURS)).isEmpty();
        assertThat(recognized(LEVEL, STEPS.replace("? a.since : start", "? start : a.since"), CHANGES, HOURS)).isEmpty();
        assertThat(recognized(LEVEL, STEPS, CHANGES.replace("prev.consumed", "prev.consuming"), HOURS)).isEmpty();
        assertThat(recognized(LEVEL, STEPS, null, HOURS)).isEmpty();
        assertThat(recognized(LEVEL.replace("div(8).mul(m.py", "div(9).mul(m.py"), STEPS, CHANGES, HOURS)).isEmpty();
        assertThat(recognized("m => m.x", STEPS, CHANGES, HOURS)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', quoteCharacter = '`', value = {
        "(price, qty) => price * qty~",
        "(price, qty) => (price || 0) * (qty || 0)~",
        "(price, qty) => new BigNumber(qty).mul(price).toNumber()~ (t, cost) => cost",
        "(p, q) => new BigNumber(p || 0).times(q || 0).toNumber()~ (t, cost, from, to) => cost || 0",
        "per_unit~ (t, cost) => cost ? cost : 0",
        "~ (t, cost) => cost",
        "(price, qty) => ({ price: price, consuming: qty.consuming, consumed: qty.consumed })~ HOURS",
        "(price, qty) => ({ consumed: qty.consumed, consuming: qty.consuming, price })~ HOURS",
        "(price, qty) => price ? { price, consuming: qty.consuming, consumed: qty.consumed } : 0~ HOURS"})
    void aProductIsPerUnitAndSoIsAPriceForHours(String rate, String charge) {
        String hours = HOURS.replace("qty", "cost").replace(".toNumber(); }", ".mul(cost.price).toNumber(); }");
        assertThat(Recognition.rating(new RatingPlan.Metric("x", rate, "HOURS".equals(charge) ? hours : charge, null))
                .map(RatingPlan.Metric::executes)).contains("per_unit");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', quoteCharacter = '`', value = {
        "per_unit~",
        "(price, qty) => price * qty * 2~",
        "(price, qty) => price * price~",
        "(price, qty) => ({ price: price, consuming: qty.consuming, consumed: qty.consumed })~ (t, cost) => cost",
        "(price, qty) => ({ price: price, consuming: qty.consuming, consumed: qty.consumed })~",
        "(price, qty) => ({ price, qty })~ (t, cost) => cost",
        "(price, qty) => price * qty~ (t, cost) => cost * 2"})
    void anyOtherRateIsNot(String rate, String charge) {
        assertThat(Recognition.rating(new RatingPlan.Metric("x", rate, charge, null))).isEmpty();
    }

    private static Optional<MeteringPlan.Metric> recognized(String meter, String accumulate, String aggregate, String summarize) {
        return Recognition.metering(new MeteringPlan.Metric("x", "U", "discrete", meter, accumulate, null, aggregate, summarize),
                MEASURES);
    }
}
