package io.quipu.aggregator.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quipu.common.plan.CompiledPlan;
import io.quipu.common.plan.MeteringPlan;
import io.quipu.common.plan.PlanVersion;
import io.quipu.common.plan.Price;
import io.quipu.common.plan.PricingPlan;
import io.quipu.common.plan.RatingPlan;
import io.quipu.common.quantity.Value;
import io.quipu.common.stage.StaleBatchException;
import io.quipu.common.stage.Watermark;
import io.quipu.common.time.Window;
import io.quipu.common.totals.ConsumerWindow;
import io.quipu.common.totals.MetricTotal;
import io.quipu.common.totals.OrganizationWindow;
import io.quipu.common.totals.PlanTotals;
import io.quipu.common.usage.AccumulatedUsage;
import io.quipu.common.usage.Change;
import io.quipu.common.usage.MetricChange;
import io.quipu.common.usage.Origin;
import io.quipu.common.usage.Pin;
import io.quipu.common.usage.Rejection;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OrganizationAggregationTest {

    private static final long NOON = Instant.parse("2026-11-21T12:30:00Z").toEpochMilli();
    private static final Window DAY = Window.parse("2026-11-21");
    private static final Window MONTH = Window.parse("2026-11");
    private static final Rejection REJECTED = new Rejection(7, "aggregator", "too_many_plans", "why");

    private final InMemory stored = new InMemory();

    private static PlanVersion plan(String rate, Price price) {
        return new PlanVersion("basic",
                new MeteringPlan("m", List.of(new MeteringPlan.Measure("calls", "CALL")),
                        List.of(new MeteringPlan.Metric("calls", "CALL", null, null, null))),
                new RatingPlan("r", List.of(new RatingPlan.Metric("calls", rate))),
                new PricingPlan("p", List.of(new PricingPlan.Metric("calls", List.of(price)))));
    }

    private static final PlanVersion PER_UNIT =
            plan("per_unit", new Price("USA", null, new BigDecimal("0.5"), null, null, null));
    private static final PlanVersion FREE_TEN =
            plan("per_unit", new Price("USA", null, new BigDecimal("0.5"), new BigDecimal("10"), null, null));

    private AggregatedUsage aggregate(PlanVersion plan, long cursor, AccumulatedUsage... usages) {
        return new OrganizationAggregation("o", cursor, id -> CompiledPlan.of(plan), stored).aggregate(List.of(usages));
    }

    private static AccumulatedUsage usage(long position, String consumer, String previous, String current) {
        Value before = previous == null ? null : Value.of(new BigDecimal(previous));
        Change change = new Change(before, Value.of(new BigDecimal(current)));
        return new AccumulatedUsage(position, NOON, new Origin("o", "s", consumer, "db", "basic", "i", NOON, NOON),
                new Pin("1234", "USA", "USD", "db", "plan"),
                List.of(new MetricChange("calls", change, change, change)), null);
    }

    private static AccumulatedUsage rejected(AccumulatedUsage usage) {
        return new AccumulatedUsage(usage.position(), usage.acceptedAt(), usage.origin(), usage.pin(), List.of(),
                REJECTED);
    }

    private static MetricTotal calls(List<PlanTotals> plans) {
        return plans.get(0).metrics().get(0);
    }

    @Test
    void whatIsAggregatedIsTheDifference() {
        AggregatedUsage result = aggregate(PER_UNIT, -1, usage(1, "a", null, "4"), usage(2, "a", "4", "10"),
                usage(3, "b", null, "1"));

        OrganizationWindow month = result.months().get(0);
        assertThat(calls(month.plans())).isEqualTo(
                new MetricTotal("calls", Value.of(new BigDecimal("11")), new BigDecimal("5.5"), null));
        assertThat(calls(month.spaces().get(0).plans())).isEqualTo(calls(month.plans()));
        assertThat(calls(result.days().get(0).plans()).hours()).containsExactly(
                new MetricTotal.HourTotal(12, Value.of(new BigDecimal("11")), new BigDecimal("5.5")));
        assertThat(result.consumers()).extracting(ConsumerWindow::consumerId).containsExactly("a", "a", "b", "b");
    }

    @Test
    void freeUnitsCountForTheOrganizationAndAUsageCostsWhatItAdds() {
        AggregatedUsage result = aggregate(FREE_TEN, -1, usage(1, "a", null, "8"), usage(2, "b", null, "8"));

        assertThat(calls(result.months().get(0).plans()).cost()).isEqualByComparingTo("3");
        Map<String, BigDecimal> costs = new HashMap<>();
        result.consumers().stream().filter(consumer -> consumer.window().equals(MONTH))
                .forEach(consumer -> costs.put(consumer.consumerId(), calls(consumer.plans()).cost()));
        assertThat(costs.get("a")).isEqualByComparingTo("0");
        assertThat(costs.get("b")).isEqualByComparingTo("3");
    }

    @Test
    void aBatchThatComesAgainChangesNothing() {
        stored.add(aggregate(PER_UNIT, -1, usage(1, "a", null, "4"), usage(2, "b", null, "4")));

        AggregatedUsage again = aggregate(PER_UNIT, -1, usage(1, "a", null, "4"), usage(2, "b", null, "4"));

        assertThat(again).isEqualTo(new AggregatedUsage(Optional.empty(), List.of(), List.of(), Optional.empty(),
                List.of(), List.of()));
    }

    @Test
    void afterACrashBetweenConsumersAndOrganizationTheRestIsFoldedOnce() {
        AggregatedUsage whole = aggregate(FREE_TEN, -1, usage(1, "a", null, "14"));
        whole.consumers().forEach(stored::add);

        AggregatedUsage again = aggregate(FREE_TEN, -1, usage(1, "a", null, "14"));

        assertThat(again.consumers()).isEmpty();
        assertThat(again.days()).isEqualTo(whole.days());
        assertThat(again.months()).isEqualTo(whole.months());
    }

    @Test
    void aParentAheadOfItsConsumerIsABug() {
        AggregatedUsage whole = aggregate(PER_UNIT, -1, usage(1, "a", null, "14"));
        stored.add(whole.months().get(0));

        assertThatThrownBy(() -> aggregate(PER_UNIT, -1, usage(1, "a", null, "14")))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("before a document");
    }

    @Test
    void aUsageThatTheStageAboveRejectsIsRememberedByEveryDocument() {
        AggregatedUsage result = aggregate(PER_UNIT, -1, rejected(usage(7, "a", null, "1")));

        assertThat(result.rejection()).isEmpty();
        assertThat(result.months().get(0).watermark().rejected()).containsExactly(REJECTED);
        assertThat(result.months().get(0).plans()).isEmpty();
        assertThat(result.consumers()).allSatisfy(consumer ->
                assertThat(consumer.watermark()).isEqualTo(new Watermark(7, List.of(REJECTED), -1)));
    }

    @Test
    void aRejectionThatADocumentHasPassedIsAdopted() {
        aggregate(PER_UNIT, -1, rejected(usage(7, "a", null, "1"))).consumers().forEach(stored::add);

        assertThat(aggregate(PER_UNIT, -1, usage(7, "a", null, "1")).rejection()).contains(REJECTED);
        AggregatedUsage marked = aggregate(PER_UNIT, -1, rejected(usage(7, "a", null, "1")));
        assertThat(marked.months().get(0).watermark().rejected()).containsExactly(REJECTED);
    }

    @Test
    void rejectionsAreForgottenBelowTheCursorAndAnOlderCursorIsStale() {
        stored.add(aggregate(PER_UNIT, -1, rejected(usage(7, "a", null, "1"))));
        stored.add(aggregate(PER_UNIT, 7, usage(8, "a", null, "1")));

        assertThat(stored.organization(MONTH).orElseThrow().watermark()).isEqualTo(new Watermark(8, List.of(), 7));
        assertThatThrownBy(() -> aggregate(PER_UNIT, -1, usage(7, "a", null, "1")))
                .isInstanceOf(StaleBatchException.class);
    }

    @Test
    void anotherCurrencyIsRejectedOnceTheWindowHasOne() {
        AccumulatedUsage usage = usage(2, "a", null, "1");
        AccumulatedUsage euros = new AccumulatedUsage(2, NOON, usage.origin(),
                new Pin("1234", "USA", "EUR", "db", "plan"), usage.accumulatedUsage(), null);

        AggregatedUsage result = aggregate(PER_UNIT, -1, usage(1, "a", null, "1"), euros);

        assertThat(result.rejection()).hasValueSatisfying(rejection -> {
            assertThat(rejection.position()).isEqualTo(2);
            assertThat(rejection.code()).isEqualTo("currency_mismatch");
        });
        assertThat(result.consumers()).as("an answer with a new rejection writes nothing").isEmpty();
        assertThat(result.months()).isEmpty();
    }

    @Test
    void aCostOutOfBoundsIsRejectedBeforeItIsStored() {
        PlanVersion dear = plan("per_unit", new Price("USA", null, new BigDecimal("1e29"), null, null, null));

        assertThat(aggregate(dear, -1, usage(1, "a", null, "9")).rejection()).isEmpty();
        assertThat(aggregate(dear, -1, usage(1, "a", null, "10")).rejection())
                .hasValueSatisfying(rejection -> assertThat(rejection.code()).isEqualTo("cost_out_of_bounds"));
    }

    @Test
    void thePlansOfAConsumerHaveALimit() {
        List<PlanTotals> full = new ArrayList<>();
        for (int i = 0; i < OrganizationAggregation.MAX_CONSUMER_ENTRIES; i++) {
            full.add(new PlanTotals("r" + i, PER_UNIT.path(), "plan", List.of()));
        }
        stored.add(new ConsumerWindow(ConsumerWindow.VERSION, "o", "s", "a", MONTH, Watermark.NONE, 0, full));

        assertThat(aggregate(PER_UNIT, -1, usage(1, "a", null, "1")).rejection())
                .hasValueSatisfying(rejection -> assertThat(rejection.code()).isEqualTo("too_many_plans"));
        full.remove(0);
        stored.add(new ConsumerWindow(ConsumerWindow.VERSION, "o", "s", "a", MONTH, Watermark.NONE, 0, full));
        assertThat(aggregate(PER_UNIT, -1, usage(1, "a", null, "1")).rejection()).isEmpty();
    }

    @Test
    void theSpacesTimesPlansOfAnOrganizationHaveALimit() {
        List<OrganizationWindow.SpaceTotals> spaces = new ArrayList<>();
        for (int i = 0; i < OrganizationAggregation.MAX_ENTRIES - 1; i++) {
            spaces.add(new OrganizationWindow.SpaceTotals("space" + i,
                    List.of(new PlanTotals("db", PER_UNIT.path(), "plan", List.of()))));
        }
        stored.add(new OrganizationWindow(OrganizationWindow.VERSION, "o", DAY, Watermark.NONE, "1234", "USD", 0, 0, 0, List.of(),
                spaces));

        assertThat(aggregate(PER_UNIT, -1, usage(1, "a", null, "1")).rejection())
                .hasValueSatisfying(rejection -> assertThat(rejection.code()).isEqualTo("too_many_plans"));
    }
}
