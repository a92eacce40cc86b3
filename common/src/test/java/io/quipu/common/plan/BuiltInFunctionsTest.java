package io.quipu.common.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quipu.common.formula.FormulaException;
import io.quipu.common.quantity.Value;
import io.quipu.common.time.UnitOfTime;
import io.quipu.common.time.Window;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BuiltInFunctionsTest {

    private static final Window MONTH = Window.parse("2026-11");

    @Test
    void withoutMeterTheMeasureOfTheMetricsOwnNameCounts() {
        MetricFunctions functions = functions("api-calls", null, null);
        assertThat(functions.meter(measures("api-calls", "3", "other", "1"), 0, 1)).contains(number("3"));
        assertThat(functions.meter(measures("other", "1"), 0, 1)).isEmpty();
    }

    @Test
    void anExpressionIsMeteredOverTheMeasures() {
        assertThat(functions("gb", "storage / 1073741824", null).meter(measures("storage", "1610612736"), 0, 1))
                .contains(number("1.5"));
    }

    @Test
    void aMissingMeasureBesideAPresentOneIsZeroAndNoneAtAllIsNoQuantity() {
        MetricFunctions functions = functions("calls", "reads + 2 * writes", null);
        assertThat(functions.meter(measures("writes", "3"), 0, 1)).contains(number("6"));
        assertThat(functions.meter(measures("reads", "0"), 0, 1)).contains(Value.ZERO);
        assertThat(functions.meter(measures("storage", "1"), 0, 1)).isEmpty();
        assertThat(functions.meter(Map.of(), 0, 1)).isEmpty();
    }

    @Test
    void anExpressionWithoutMeasuresCountsEveryUsage() {
        assertThat(functions("usages", "1", null).meter(measures("storage", "7"), 0, 1)).contains(number("1"));
    }

    @Test
    void anExpressionWithoutResultRejectsTheUsage() {
        assertRejected("metering_failed", "metric ratio cannot be metered: division of 1 by zero",
                () -> functions("ratio", "a / b", null).meter(measures("a", "1"), 0, 1));
    }

    @Test
    void aQuantityAtTheBoundIsMeteredAndBeyondRejectsTheUsage() {
        MetricFunctions functions = functions("m", "a * 10", null);
        assertThat(functions.meter(measures("a", "1e28"), 0, 1)).contains(number("1e29"));
        assertRejected("quantity_out_of_bounds", "of metric m is out of bounds: 1E+30",
                () -> functions.meter(measures("a", "1e29"), 0, 1));
        MetricFunctions tiny = functions("m", "a / 1e29 / 1e29 / 1e12", null);
        assertThat(tiny.meter(measures("a", "1e-30"), 0, 1)).contains(number("1e-100"));
        assertRejected("quantity_out_of_bounds", "1E-101", () -> tiny.meter(measures("a", "1e-31"), 0, 1));
    }

    @Test
    void anAccumulatedQuantityBeyondTheBoundRejectsTheUsage() {
        MetricFunctions sum = functions("m", null, "sum");
        Value large = number("9".repeat(30));
        assertThat(accumulate(sum, large, "0", 1)).isEqualTo(large);
        assertRejected("quantity_out_of_bounds", "the sum of 2026-11 of metric m", () -> accumulate(sum, large, "1", 1));
    }

    @Test
    void lastKeepsTheEndThatItsQuantityBelongsTo() {
        MetricFunctions last = functions("m", null, "last");
        Value state = accumulate(last, null, "5", 100);
        assertThat(last.quantity(state)).isEqualTo(number("5"));
        assertThat(last.quantity(accumulate(last, state, "7", 99))).as("ended before").isEqualTo(number("5"));
        assertThat(last.quantity(accumulate(last, state, "7", 100))).as("ended together").isEqualTo(number("7"));
        assertThat(last.quantity(accumulate(last, state, "-1", 101))).as("ended after").isEqualTo(number("-1"));
    }

    @Test
    void aStateThatIsNoStateOfLastIsABug() {
        assertThatThrownBy(() -> accumulate(functions("m", null, "last"), number("1"), "5", 100))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void totalsChangeByTheDifference() {
        MetricFunctions max = functions("m", null, "max");
        assertThat(max.aggregate(Optional.empty(), Optional.empty(), number("5"))).isEqualTo(number("5"));
        assertThat(max.aggregate(Optional.of(number("12")), Optional.of(number("5")), number("8"))).isEqualTo(number("15"));
        assertThat(max.aggregate(Optional.of(number("1e29")), Optional.of(number("1e-30")), number("2e-30")))
                .isEqualTo(number("100000000000000000000000000000.000000000000000000000000000001"));
        assertThat(max.aggregate(Optional.of(number("5")), Optional.of(number("5")), number("0"))).isEqualTo(Value.ZERO);
    }

    @Test
    void aTotalIsReportedAsItIs() {
        assertThat(functions("m", null, null).summarize(7, number("2.5"), MONTH)).isEqualTo(new BigDecimal("2.5"));
    }

    @Test
    void sumsCountsAndAreasAreAdditiveAndTheRestIsNot() {
        assertThat(Accumulate.ids()).containsExactly("sum", "max", "min", "last", "count", "time_weighted");
        assertThat(Accumulate.ids().stream().filter(id -> functions("m", null, id).additive()))
                .containsExactly("sum", "count", "time_weighted");
    }

    @Test
    void aLevelCountsInHoursUnlessThePlanSaysOtherwiseAndHasNoStateInAWindow() {
        MetricFunctions hours = functions("m", null, "time_weighted");

        assertThat(hours.timeWeighted()).isTrue();
        assertThat(hours.unitOfTime()).contains(UnitOfTime.HOURS.millis());
        assertThat(BuiltInFunctions.of(new MeteringPlan.Metric("m", "U", null, null, "time_weighted", "seconds")).unitOfTime())
                .contains(UnitOfTime.SECONDS.millis());
        assertThat(functions("m", null, "sum").unitOfTime()).isEmpty();
        assertThat(hours.meter(Map.of("m", BigDecimal.TEN), 0, 1)).contains(Value.of(BigDecimal.TEN));
        assertThat(hours.level(Map.of("m", BigDecimal.TEN))).contains(Value.of(BigDecimal.TEN));
        assertThat(hours.level(Map.of("other", BigDecimal.TEN))).isEmpty();
        assertThat(functions("m", null, "sum").level(Map.of("m", BigDecimal.TEN))).isEmpty();
        assertThatThrownBy(() -> accumulate(hours, null, "1", 0)).isInstanceOf(UnsupportedOperationException.class);
    }

    /** Abacus's way to charge hours: what runs comes to what usage of the same duration comes to. */
    @Test
    void aSumOfDurationsRunsAtALevelOfOne() {
        MetricFunctions hours = functions("m", "duration / 3600000", "sum");

        assertThat(hours.timeWeighted()).isFalse();
        assertThat(hours.unitOfTime()).contains(new BigDecimal("3600000"));
        assertThat(hours.level(Map.of())).contains(Value.of(BigDecimal.ONE));
        for (String meter : new String[] {"duration / 0", "duration * 2", "duration / gate", "duration / 2 + 1"}) {
            assertThat(functions("m", meter, "sum").unitOfTime()).as(meter).isEmpty();
        }
        assertThat(functions("m", "duration / 3600000", "max").unitOfTime()).isEmpty();
    }

    @Test
    void whatDoesNotExistIsSaidSo() {
        assertThatThrownBy(() -> functions("m", null, "avg")).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no accumulate function avg, but [sum, max, min, last, count, time_weighted]");
        assertThatThrownBy(() -> BuiltInFunctions.of(new MeteringPlan.Metric("m", "U", null, null, null, "weeks")))
                .hasMessage("no unit of time weeks, but [seconds, minutes, hours, days]");
        assertThatThrownBy(() -> functions("m", "a ^ 2", null)).isInstanceOf(FormulaException.class);
        assertThat(Accumulate.find("SUM")).isEmpty();
    }

    private static Value accumulate(MetricFunctions functions, Value state, String quantity, long end) {
        return functions.accumulate(Optional.ofNullable(state), number(quantity), 0, end, MONTH).orElseThrow();
    }

    private static void assertRejected(String code, String reason, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(MeteringException.class,
                rejection -> assertThat(rejection.code()).isEqualTo(code)).hasMessageContaining(reason);
    }

    private static MetricFunctions functions(String name, String meter, String accumulate) {
        return BuiltInFunctions.of(new MeteringPlan.Metric(name, "UNIT", null, meter, accumulate));
    }

    private static Map<String, BigDecimal> measures(String... namesAndQuantities) {
        Map<String, BigDecimal> measures = new java.util.HashMap<>();
        for (int i = 0; i < namesAndQuantities.length; i += 2) {
            measures.put(namesAndQuantities[i], new BigDecimal(namesAndQuantities[i + 1]));
        }
        return measures;
    }

    private static Value number(String digits) {
        return Value.of(new BigDecimal(digits));
    }
}
