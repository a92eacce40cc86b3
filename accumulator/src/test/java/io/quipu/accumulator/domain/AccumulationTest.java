package io.quipu.accumulator.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quipu.common.plan.CompiledPlan;
import io.quipu.common.plan.MeteringPlan;
import io.quipu.common.plan.PlanVersion;
import io.quipu.common.plan.PricingPlan;
import io.quipu.common.plan.RatingPlan;
import io.quipu.common.quantity.Value;
import io.quipu.common.stage.StaleBatchException;
import io.quipu.common.time.Window;
import io.quipu.common.totals.InstanceWindow;
import io.quipu.common.usage.AccumulatedUsage;
import io.quipu.common.usage.Change;
import io.quipu.common.usage.MeteredQuantity;
import io.quipu.common.usage.MeteredUsage;
import io.quipu.common.usage.Origin;
import io.quipu.common.usage.Pin;
import io.quipu.common.usage.Rejection;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AccumulationTest {

    private static final long LAST_OF_NOVEMBER = Instant.parse("2026-11-30T23:59:59.999Z").toEpochMilli();
    private static final Rejection BELOW = new Rejection(2, "aggregator", "too_many_plans", "why");
    private static final CompiledPlan PLAN = CompiledPlan.of(new PlanVersion("basic",
            new MeteringPlan("m", List.of(new MeteringPlan.Measure("q", "UNIT")),
                    List.of(new MeteringPlan.Metric("sum", "UNIT", null, "q", "sum"),
                            new MeteringPlan.Metric("max", "UNIT", null, "q", "max"))),
            new RatingPlan("r", List.of()), new PricingPlan("p", List.of())));

    private final Map<String, InstanceWindow> stored = new HashMap<>();

    private Accumulated accumulate(long cursor, Map<Long, Rejection> excluded, MeteredUsage... usages) {
        return new Accumulation(cursor, null, id -> PLAN,
                (key, window) -> Optional.ofNullable(stored.get(key.document(window))), key -> Optional.empty(), excluded)
                .accumulate(List.of(usages));
    }

    private static MeteredUsage usage(long position, long end, String quantity) {
        Value value = Value.of(new BigDecimal(quantity));
        return new MeteredUsage(position, end, new Origin("o", "s", "c", "db", "basic", "i", end, end),
                new Pin("1234", "USA", "USD", "db", "plan"),
                List.of(new MeteredQuantity("sum", value), new MeteredQuantity("max", value)));
    }

    private static Change change(String previous, String current) {
        return new Change(previous == null ? null : Value.of(new BigDecimal(previous)), Value.of(new BigDecimal(current)));
    }

    @Test
    void usageAccumulatesInItsHourDayAndMonth() {
        Accumulated result = accumulate(-1, Map.of(), usage(1, LAST_OF_NOVEMBER - 3_600_000, "5"),
                usage(2, LAST_OF_NOVEMBER, "3"));

        AccumulatedUsage second = result.sent().get(1);
        assertThat(second.accumulatedUsage().get(0).hour()).isEqualTo(change(null, "3"));
        assertThat(second.accumulatedUsage().get(0).day()).isEqualTo(change("5", "8"));
        assertThat(second.accumulatedUsage().get(0).month()).isEqualTo(change("5", "8"));
        assertThat(second.accumulatedUsage().get(1).hour()).isEqualTo(change(null, "3"));
        assertThat(second.accumulatedUsage().get(1).day()).isEqualTo(change("5", "5"));
        assertThat(result.windows()).hasSize(2);
    }

    @Test
    void theFirstMillisecondOfTheMonthBelongsToTheNextWindows() {
        Accumulated result = accumulate(-1, Map.of(), usage(1, LAST_OF_NOVEMBER, "5"),
                usage(2, LAST_OF_NOVEMBER + 1, "3"));

        assertThat(result.windows().values()).extracting(document -> document.window().id())
                .containsExactly("2026-11", "2026-11-30", "2026-12", "2026-12-01");
        assertThat(result.sent().get(1).accumulatedUsage().get(0).month()).isEqualTo(change(null, "3"));
    }

    @Test
    void whatOneDocumentHasPassedIsFoldedInTheOthersAndNotSentAgain() {
        Accumulated whole = accumulate(-1, Map.of(), usage(1, LAST_OF_NOVEMBER, "5"));
        whole.windows().forEach((key, document) -> {
            if (document.window().unit() == Window.Unit.MONTH) {
                stored.put(key, document);
            }
        });

        Accumulated again = accumulate(-1, Map.of(), usage(1, LAST_OF_NOVEMBER, "5"));

        assertThat(again.sent()).isEmpty();
        assertThat(again.windows().values()).containsExactlyElementsOf(whole.windows().values().stream()
                .filter(document -> document.window().unit() == Window.Unit.DAY).toList());
    }

    @Test
    void aRejectionFromBelowIsSentMarkedAndChangesNoState() {
        Accumulated result = accumulate(-1, Map.of(2L, BELOW), usage(1, LAST_OF_NOVEMBER, "5"),
                usage(2, LAST_OF_NOVEMBER, "7"), usage(3, LAST_OF_NOVEMBER, "1"));

        assertThat(result.rejected()).containsExactly(BELOW);
        assertThat(result.sent().get(1).rejection()).isEqualTo(BELOW);
        assertThat(result.sent().get(1).accumulatedUsage()).isEmpty();
        assertThat(result.sent().get(2).accumulatedUsage().get(0).month()).isEqualTo(change("5", "6"));
        assertThat(result.windows().values()).allSatisfy(document ->
                assertThat(document.watermark().rejected()).containsExactly(BELOW));
    }

    @Test
    void aRejectionIsAdoptedByWhoeverFindsIt() {
        stored.putAll(accumulate(-1, Map.of(2L, BELOW), usage(2, LAST_OF_NOVEMBER, "7")).windows());

        assertThat(accumulate(-1, Map.of(), usage(2, LAST_OF_NOVEMBER, "7")).rejected()).containsExactly(BELOW);
    }

    @Test
    void aSumOutOfBoundsIsRejectedHereAndSentMarked() {
        Accumulated result = accumulate(-1, Map.of(), usage(1, LAST_OF_NOVEMBER, "9".repeat(30)),
                usage(2, LAST_OF_NOVEMBER, "1"), usage(3, LAST_OF_NOVEMBER, "-1"));

        assertThat(result.rejected()).singleElement().satisfies(rejection -> {
            assertThat(rejection.position()).isEqualTo(2);
            assertThat(rejection.stage()).isEqualTo("accumulator");
            assertThat(rejection.code()).isEqualTo("quantity_out_of_bounds");
        });
        assertThat(result.sent().get(1).rejection()).isEqualTo(result.rejected().get(0));
        assertThat(result.sent().get(2).accumulatedUsage().get(0).month())
                .isEqualTo(change("9".repeat(30), "9".repeat(29) + "8"));
    }

    @Test
    void aBatchFromAnOlderCursorIsStale() {
        stored.putAll(accumulate(-1, Map.of(), usage(1, LAST_OF_NOVEMBER, "5")).windows());
        stored.putAll(accumulate(1, Map.of(), usage(2, LAST_OF_NOVEMBER, "5")).windows());

        assertThatThrownBy(() -> accumulate(0, Map.of(), usage(1, LAST_OF_NOVEMBER, "5")))
                .isInstanceOf(StaleBatchException.class);
    }
}
