package io.quipu.aggregator.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quipu.common.plan.CompiledPlan;
import io.quipu.common.plan.MeteringException;
import io.quipu.common.plan.MeteringPlan;
import io.quipu.common.plan.MetricFunctions;
import io.quipu.common.plan.PlanVersion;
import io.quipu.common.plan.Price;
import io.quipu.common.plan.PricingPlan;
import io.quipu.common.plan.RatingFunctions;
import io.quipu.common.plan.RatingPlan;
import io.quipu.common.plan.TimeBased;
import io.quipu.common.quantity.Value;
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
import io.quipu.common.wire.Json;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Quantities that are objects, costs that are, and functions that fail, all written by hand. */
class FormulaAggregationTest {

    private static final long START = Instant.parse("2015-10-10T06:00:00Z").toEpochMilli();
    private static final Window MONTH = Window.month(START);
    private static final Window DAY = Window.day(START);
    private static final TimeBased HOURS = new TimeBased();

    /** Price × square of the quantity; from 10 on an object, at 100 there is none. */
    private static final RatingFunctions SQUARES = new RatingFunctions() {
        @Override
        public Value cost(BigDecimal price, Value quantity) {
            int size = quantity.asNumber().intValueExact();
            assertThat(size).as("what is nothing costs nothing").isNotZero();
            if (size == 100) {
                throw new MeteringException("rating_failed", "a hundred have no cost");
            }
            return size < 10 ? Value.of(price.multiply(BigDecimal.valueOf(size * size))) : TimeBased.quantity(size, size);
        }

        @Override
        public BigDecimal charge(long time, Value cost, Window window) {
            throw new UnsupportedOperationException("nothing is charged here");
        }
    };

    private final InMemory stored = new InMemory();

    private static CompiledPlan plan(String price, MetricFunctions functions, RatingFunctions rating) {
        return CompiledPlan.of(version(price), Map.of("memory", functions), Map.of("memory", rating));
    }

    private static PlanVersion version(String price) {
        return new PlanVersion("basic",
                new MeteringPlan("m", List.of(), List.of(new MeteringPlan.Metric("memory", "U", null, null, null))),
                new RatingPlan("r", List.of()),
                new PricingPlan("p", List.of(new PricingPlan.Metric("memory", price == null ? List.of()
                        : List.of(new Price("USA", null, new BigDecimal(price), null, null, null))))));
    }

    private static CompiledPlan squares(String price) {
        return plan(price, MetricFunctions.of(version(price).metering().metrics().get(0)), SQUARES);
    }

    private AggregatedUsage aggregate(CompiledPlan plan, AccumulatedUsage... usages) {
        return aggregate(stored, plan, usages);
    }

    private static AggregatedUsage aggregate(InMemory stored, CompiledPlan plan, AccumulatedUsage... usages) {
        return new OrganizationAggregation("o", -1, id -> plan, stored).aggregate(List.of(usages));
    }

    private static AccumulatedUsage usage(long position, String consumer, MetricChange... changes) {
        return new AccumulatedUsage(position, START, new Origin("o", "space " + consumer.charAt(0), consumer, "linux-container", "basic",
                "i", START, START), new Pin("1234", "USA", "USD", "linux-container", "plan"), List.of(changes), null);
    }

    private static AccumulatedUsage number(long position, String consumer, Integer previous, int current) {
        Change change = new Change(previous == null ? null : Value.of(BigDecimal.valueOf(previous)),
                Value.of(BigDecimal.valueOf(current)));
        return usage(position, consumer, new MetricChange("memory", change, change, change));
    }

    private static AccumulatedUsage rejected(AccumulatedUsage usage, Rejection rejection) {
        return new AccumulatedUsage(usage.position(), usage.acceptedAt(), usage.origin(), usage.pin(), List.of(), rejection);
    }

    /** What a usage of an instance without any before it does to its windows, as the accumulator tells it. */
    private static MetricChange first(long current) {
        Value metered = HOURS.meter(Map.of("current", BigDecimal.valueOf(current), "previous", BigDecimal.ZERO), START, START)
                .orElseThrow();
        return new MetricChange("memory", first(metered, Window.hour(START)), first(metered, DAY), first(metered, MONTH));
    }

    private static Change first(Value metered, Window window) {
        return new Change(null, HOURS.accumulate(Optional.empty(), metered, START, START, window).orElseThrow());
    }

    /** The total of the only metric of the only plan. */
    private static MetricTotal memory(List<PlanTotals> plans) {
        return plans.get(0).metrics().get(0);
    }

    /** Of the organization's month and day, then of its spaces, then of its consumers. */
    private static List<MetricTotal> totals(InMemory stored) {
        List<MetricTotal> totals = new ArrayList<>();
        List<OrganizationWindow> organizations = Stream.of(MONTH, DAY).map(w -> stored.organization(w).orElseThrow()).toList();
        organizations.forEach(document -> totals.add(memory(document.plans())));
        organizations.forEach(document -> document.spaces().forEach(space -> totals.add(memory(space.plans()))));
        stored.all().values().stream().filter(ConsumerWindow.class::isInstance)
                .forEach(document -> totals.add(memory(((ConsumerWindow) document).plans())));
        return totals;
    }

    private static MetricTotal total(Value quantity, String cost, String price) {
        return new MetricTotal("memory", quantity, new BigDecimal(cost), null, null,
                price == null ? null : new BigDecimal(price));
    }

    @Test
    void aQuantityThatIsAnObjectIsAggregatedInEveryWindowAndTheUsagesPriceIsKept() {
        AggregatedUsage result = aggregate(plan("0.00028", HOURS, HOURS), usage(1, "a", first(2)));

        assertThat(result.rejection()).isEmpty();
        MetricTotal ofMonth = total(TimeBased.quantity(2, 2_160_000_000L), "0", "0.00028");
        MetricTotal ofDay = total(TimeBased.quantity(2, 86_400_000), "0", "0.00028");
        assertThat(memory(result.months().get(0).plans())).isEqualTo(ofMonth);
        assertThat(memory(result.months().get(0).spaces().get(0).plans())).isEqualTo(ofMonth);
        MetricTotal day = memory(result.days().get(0).plans());
        assertThat(day.quantity()).isEqualTo(ofDay.quantity());
        assertThat(day.price()).isEqualTo(ofDay.price());
        assertThat(day.hours()).containsExactly(new MetricTotal.HourTotal(6, TimeBased.quantity(2, 2 * 3_600_000),
                BigDecimal.ZERO, null, new BigDecimal("0.00028")));
        assertThat(memory(result.days().get(0).spaces().get(0).plans())).isEqualTo(ofDay);
        assertThat(result.consumers()).extracting(consumer -> memory(consumer.plans())).containsExactly(ofDay, ofMonth);
    }

    @Test
    void whatIsStoredIsReadAsItWas() {
        AggregatedUsage result = aggregate(plan("0.00028", HOURS, HOURS), usage(1, "a", first(2)));

        OrganizationWindow day = result.days().get(0);
        byte[] written = Json.write(day);
        assertThat(Json.read(written, OrganizationWindow.class)).isEqualTo(day);
        assertThat(new String(written, java.nio.charset.StandardCharsets.UTF_8))
                .contains("\"quantity\":{\"consumed\":86400000,\"consuming\":2},\"cost\":0,")
                .contains("\"price\":0.00028");
    }

    @Test
    void thePriceOfTheLastUsageReplacesThatOfTheOnesBeforeWhereverItCounts() {
        stored.add(aggregate(plan("2", HOURS, HOURS), usage(1, "a", first(1)), usage(2, "b", first(1))));
        stored.add(aggregate(plan("3", HOURS, HOURS), usage(3, "b", first(1))));

        assertThat(totals(stored)).extracting(total -> total.price().intValueExact())
                .as("month, day, two spaces in each, two consumers in each").containsExactly(3, 3, 2, 3, 2, 3, 2, 2, 3, 3);
    }

    @Test
    void numbersThatARateReturnsAddUpAsDifferencesOfTheOrganization() {
        stored.add(aggregate(squares("2"), number(1, "a", null, 3), number(2, "b", null, 1), number(3, "a", 3, 2)));

        // 2 × 3² = 18, 2 × 4² − 18 = 14, 2 × 3² − 32 = −14
        assertThat(totals(stored)).extracting(total -> total.cost().intValueExact())
                .containsExactly(18, 18, 4, 14, 4, 14, 4, 4, 14, 14);
        assertThat(totals(stored)).extracting(MetricTotal::price).containsOnlyNulls();
        assertThat(new String(Json.write(stored.organization(DAY).orElseThrow()), java.nio.charset.StandardCharsets.UTF_8))
                .doesNotContain("price");
    }

    @Test
    void onceTheOrganizationHasCostAnObjectEachUsageLeavesItsPrice() {
        stored.add(aggregate(squares("2"), number(1, "a", null, 9), number(2, "b", null, 1)));
        assertThat(totals(stored)).extracting(MetricTotal::price).as("at 10 costs are objects, where b counts")
                .containsExactly(new BigDecimal("2"), new BigDecimal("2"), null, new BigDecimal("2"), null,
                        new BigDecimal("2"), null, null, new BigDecimal("2"), new BigDecimal("2"));
        assertThat(memory(stored.organization(MONTH).orElseThrow().plans()).cost()).isEqualByComparingTo("162");

        stored.add(aggregate(squares("3"), number(3, "a", 9, 2)));
        stored.add(aggregate(squares("4"), number(4, "a", 2, 1)));

        assertThat(totals(stored)).extracting(MetricTotal::price).as("numbers again, and the first is still no difference of two")
                .extracting(price -> price.intValueExact()).containsExactly(4, 4, 4, 2, 4, 2, 4, 4, 2, 2);
        assertThat(memory(stored.organization(MONTH).orElseThrow().plans()).cost()).as("does not count any more")
                .isEqualByComparingTo("142");
    }

    @Test
    void withoutAPriceListTheRateIsGivenZero() {
        stored.add(aggregate(plan(null, HOURS, HOURS), usage(1, "a", first(2))));

        assertThat(memory(stored.organization(MONTH).orElseThrow().plans()))
                .isEqualTo(total(TimeBased.quantity(2, 2_160_000_000L), "0", null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "5"})
    void anObjectForWhichThereIsABuiltInRateIsRejected(String free) {
        Price price = new Price("USA", null, BigDecimal.ONE, new BigDecimal(free), null, null);
        PlanVersion priced = new PlanVersion("basic", version("1").metering(), new RatingPlan("r", List.of()),
                new PricingPlan("p", List.of(new PricingPlan.Metric("memory", List.of(price)))));
        CompiledPlan plan = CompiledPlan.of(priced, Map.of("memory", HOURS), Map.of());

        assertThat(aggregate(plan, usage(1, "a", first(2))).rejection()).hasValueSatisfying(rejection ->
                assertThat(rejection.code()).isEqualTo("rating_failed"));
        assertThat(aggregate(CompiledPlan.of(version(null), Map.of("memory", HOURS), Map.of()), usage(1, "a", first(2))).rejection())
                .as("free of charge").isEmpty();
    }

    @Test
    void aWindowThatAMetricLeavesAloneIsNotTouched() {
        Change change = new Change(null, TimeBased.quantity(2, 8));
        AggregatedUsage result = aggregate(plan("2", HOURS, HOURS), usage(1, "a", new MetricChange("memory", null, change, null)),
                usage(2, "a", new MetricChange("memory", null, null, null)));

        assertThat(result.months().get(0).plans()).singleElement().satisfies(plan -> assertThat(plan.metrics()).isEmpty());
        assertThat(memory(result.days().get(0).plans())).as("the month's total is what is rated")
                .isEqualTo(total(TimeBased.quantity(2, 8), "0", null));
        assertThat(result.months().get(0).watermark().position()).isEqualTo(2);
    }

    @Test
    void aCostOutOfBoundsIsRejected() {
        assertThat(aggregate(squares("1e29"), number(1, "a", null, 3)).rejection()).isEmpty();
        assertThat(aggregate(squares("1e29"), number(1, "a", null, 4)).rejection())
                .hasValueSatisfying(rejection -> assertThat(rejection.code()).isEqualTo("cost_out_of_bounds"));
    }

    /** Two run in b1 and one in b2; then b2 is to run two less, and the space and organization still have one. */
    private static AccumulatedUsage[] oneThatOnlyTheConsumerCannotHold() {
        return new AccumulatedUsage[] {usage(1, "b1", first(2)), usage(2, "b2", first(1)), usage(3, "b2", less(2, 2)),
            usage(4, "b2", first(5))};
    }

    /** Of the three that run in the hour four are taken, of those of days and months, and of their consumer, but one. */
    private static AccumulatedUsage[] oneThatOnlyTheHourCannotHold() {
        AccumulatedUsage[] usages = oneThatOnlyTheConsumerCannotHold();
        usages[2] = usage(3, "b2", less(4, 1));
        return usages;
    }

    private static MetricChange less(long ofHour, long ofOthers) {
        Change others = new Change(TimeBased.quantity(ofOthers, 0), TimeBased.quantity(0, 0));
        return new MetricChange("memory", new Change(TimeBased.quantity(ofHour, 0), TimeBased.quantity(0, 0)), others, others);
    }

    /** 98 cost an object, two more nothing that is known, one more does. */
    private static AccumulatedUsage[] oneThatCannotBeRated() {
        return new AccumulatedUsage[] {number(1, "a", null, 50), number(2, "b2", null, 48), number(3, "b2", 48, 50),
            number(4, "b2", 48, 49)};
    }

    @Test
    void aUsageThatOneDocumentCannotHoldCountsInNoneAndThoseAfterItDo() {
        assertRejectedAlone(plan("2", HOURS, HOURS), "aggregating_failed", oneThatOnlyTheConsumerCannotHold());
        assertEightRun();
    }

    @Test
    void neitherDoesOneThatFailsAfterAllOfItsConsumersDocumentsHaveFoldedIt() {
        assertRejectedAlone(plan("2", HOURS, HOURS), "aggregating_failed", oneThatOnlyTheHourCannotHold());
        assertEightRun();
    }

    private void assertEightRun() {
        MetricTotal month = memory(stored.organization(MONTH).orElseThrow().plans());
        assertThat(month.quantity()).isEqualTo(TimeBased.quantity(8, 8 * 1_080_000_000L));
    }

    @Test
    void aUsageThatCannotBeRatedCountsNowhereAndThoseAfterItDo() {
        assertRejectedAlone(squares("2"), "rating_failed", oneThatCannotBeRated());
        assertThat(memory(stored.organization(MONTH).orElseThrow().plans()).quantity())
                .isEqualTo(Value.of(BigDecimal.valueOf(99)));
    }

    /** The third of four; what is then stored is what the others come to. */
    private void assertRejectedAlone(CompiledPlan plan, String code, AccumulatedUsage... usages) {
        AggregatedUsage result = aggregate(plan, usages);

        Rejection rejection = result.rejection().orElseThrow();
        assertThat(rejection.position()).isEqualTo(3);
        assertThat(rejection.stage()).isEqualTo("aggregator");
        assertThat(rejection.code()).isEqualTo(code);
        assertThat(InMemory.phases(result)).as("an answer with a new rejection writes nothing").allMatch(List::isEmpty);

        usages[2] = rejected(usages[2], rejection);
        AggregatedUsage again = aggregate(plan, usages);
        assertThat(again.rejection()).isEmpty();
        InMemory others = new InMemory();
        others.add(aggregate(others, plan, usages[0], usages[1], usages[3]));
        stored.add(again);
        assertThat(totals(stored)).isEqualTo(totals(others));
        assertThat(stored.organization(MONTH).orElseThrow().watermark().rejected()).containsExactly(rejection);
        assertThat(again.consumers()).filteredOn(consumer -> consumer.consumerId().equals("b2"))
                .allSatisfy(consumer -> assertThat(consumer.watermark().rejected()).containsExactly(rejection));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void afterACrashBetweenPhasesTheRestIsFoldedAsItWouldHaveBeen(int phases) {
        for (boolean rating : new boolean[] {false, true}) {
            CompiledPlan plan = rating ? squares("2") : plan("2", HOURS, HOURS);
            AccumulatedUsage[] usages = rating ? oneThatCannotBeRated() : oneThatOnlyTheConsumerCannotHold();
            usages[2] = rejected(usages[2], aggregate(new InMemory(), plan, usages).rejection().orElseThrow());
            InMemory whole = new InMemory();
            AggregatedUsage all = aggregate(whole, plan, usages);
            whole.add(all);
            InMemory interrupted = new InMemory();
            InMemory.phases(all).subList(0, phases).forEach(phase -> phase.forEach(interrupted::add));

            AggregatedUsage rest = aggregate(interrupted, plan, usages);

            assertThat(rest.rejection()).isEmpty();
            assertThat(rest.consumers()).isEmpty();
            interrupted.add(rest);
            assertThat(interrupted.all()).isEqualTo(whole.all());
        }
    }

    /** Who does not know of the rejection yet is told, by the documents that have passed it. */
    @Test
    void aRejectionOfWhichOnlyConsumersKnowIsAdopted() {
        CompiledPlan plan = plan("2", HOURS, HOURS);
        AccumulatedUsage[] usages = oneThatOnlyTheConsumerCannotHold();
        AccumulatedUsage[] marked = usages.clone();
        Rejection rejection = aggregate(plan, usages).rejection().orElseThrow();
        marked[2] = rejected(usages[2], rejection);
        aggregate(plan, marked).consumers().forEach(stored::add);

        assertThat(aggregate(plan, usages).rejection()).contains(rejection);
    }

    /** The same functions have held it before. */
    @Test
    void whatIsPartlyFoldedAndFailsThenIsABug() {
        aggregate(plan("2", HOURS, HOURS), usage(1, "a", first(2))).consumers().forEach(stored::add);

        assertThatThrownBy(() -> aggregate(plan("2", HOURS, new RatingFunctions() {
            @Override
            public Value cost(BigDecimal price, Value quantity) {
                throw new MeteringException("rating_failed", "never");
            }

            @Override
            public BigDecimal charge(long time, Value cost, Window window) {
                throw new UnsupportedOperationException("nothing is charged here");
            }
        }), usage(1, "a", first(2)))).isInstanceOf(IllegalStateException.class).hasMessageContaining("was folded before");
    }
}
