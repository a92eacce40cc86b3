package io.quipu.aggregator.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.quipu.common.plan.CompiledPlan;
import io.quipu.common.plan.MeteringPlan;
import io.quipu.common.plan.PlanVersion;
import io.quipu.common.plan.Price;
import io.quipu.common.plan.PricingPlan;
import io.quipu.common.plan.RatingPlan;
import io.quipu.common.quantity.Value;
import io.quipu.common.stage.Watermark;
import io.quipu.common.time.Window;
import io.quipu.common.totals.ConsumerLevels;
import io.quipu.common.totals.ConsumerWindow;
import io.quipu.common.totals.LevelSums;
import io.quipu.common.totals.MetricTotal;
import io.quipu.common.totals.OrganizationLevels;
import io.quipu.common.totals.OrganizationWindow;
import io.quipu.common.totals.PlanLevels;
import io.quipu.common.totals.PlanTotals;
import io.quipu.common.usage.AccumulatedUsage;
import io.quipu.common.usage.Change;
import io.quipu.common.usage.Consumer;
import io.quipu.common.usage.Event;
import io.quipu.common.usage.LevelChange;
import io.quipu.common.usage.MetricChange;
import io.quipu.common.usage.Origin;
import io.quipu.common.usage.Pin;
import io.quipu.common.usage.PlanPath;
import io.quipu.common.usage.Rejection;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What changes levels counts in the windows of its time, whichever the usage that brings it ends in. */
class LevelAggregationTest {

    private static final long HOUR = 3_600_000;
    private static final long END = at("2026-11-21T12:30:00Z");
    private static final Window OCTOBER = Window.parse("2026-10");
    private static final Window NOVEMBER = Window.parse("2026-11");
    private static final Consumer APP = new Consumer("o", "s", "app");
    private static final PlanVersion PLAN = plan("0.5");
    private static final PlanPath BASIC = PLAN.path();
    private static final PlanPath OLD = new PlanPath("old", "m", "r", "p");
    private static final Rejection REJECTED = new Rejection(1, "aggregator", "too_many_plans", "why");

    private final InMemory stored = new InMemory();

    /** Calls cost that much each after the first ten; memory is a level. */
    private static PlanVersion plan(String price) {
        return new PlanVersion("basic",
                new MeteringPlan("m", List.of(new MeteringPlan.Measure("calls", "CALL"), new MeteringPlan.Measure("gb", "GB")),
                        List.of(new MeteringPlan.Metric("calls", "CALL", null, null, null),
                                new MeteringPlan.Metric("memory", "GB", null, "gb", "time_weighted"))),
                new RatingPlan("r", List.of(new RatingPlan.Metric("calls", "per_unit"))),
                new PricingPlan("p", List.of(new PricingPlan.Metric("calls",
                        List.of(new Price("USA", null, new BigDecimal(price), BigDecimal.TEN, null, null))))));
    }

    private static long at(String time) {
        return Instant.parse(time).toEpochMilli();
    }

    private AggregatedUsage aggregate(AccumulatedUsage... usages) {
        return aggregate(stored, usages);
    }

    private static AggregatedUsage aggregate(StoredDocuments documents, AccumulatedUsage... usages) {
        return aggregate(PLAN, documents, usages);
    }

    private static AggregatedUsage aggregate(PlanVersion plan, StoredDocuments documents, AccumulatedUsage... usages) {
        return new OrganizationAggregation("o", -1, id -> CompiledPlan.of(plan), documents).aggregate(List.of(usages));
    }

    private static LevelChange change(String time, PlanPath path, String change, String cost) {
        return new LevelChange(at(time), path, "plan-" + path.planId(), "USD", "memory", new BigDecimal(change),
                new BigDecimal(cost));
    }

    private static LevelChange change(String time, String change) {
        return change(time, BASIC, change, "0");
    }

    private static AccumulatedUsage usage(long position, List<MetricChange> used, LevelChange... levels) {
        return new AccumulatedUsage(position, END + position,
                new Origin("o", "s", "app", "db", "basic", "i", END - 1, END), new Pin("1234", "USA", "USD", "db", "plan-basic"),
                used, List.of(levels), null);
    }

    private static AccumulatedUsage usage(long position, LevelChange... levels) {
        return usage(position, List.of(), levels);
    }

    private static List<MetricChange> calls(int calls) {
        Change change = new Change(null, Value.of(BigDecimal.valueOf(calls)));
        return List.of(new MetricChange("calls", change, change, change));
    }

    private static AccumulatedUsage rejected(AccumulatedUsage usage) {
        return new AccumulatedUsage(usage.position(), usage.acceptedAt(), usage.origin(), usage.pin(), List.of(),
                usage.levels(), new Rejection(usage.position(), REJECTED.stage(), REJECTED.code(), REJECTED.reason()));
    }

    private static LevelSums sums(String change, String area, String cost, String costArea, String last) {
        return new LevelSums(new BigDecimal(change), new BigDecimal(area), new BigDecimal(cost), new BigDecimal(costArea),
                at(last));
    }

    private static MetricTotal memory(List<PlanTotals> plans, PlanPath path) {
        return plans.stream().filter(plan -> plan.path().equals(path)).flatMap(plan -> plan.metrics().stream())
                .filter(metric -> metric.metric().equals("memory")).findFirst().orElseThrow();
    }

    private OrganizationWindow organization(String window) {
        return stored.organization(Window.parse(window)).orElseThrow();
    }

    private ConsumerWindow consumer(String window) {
        return stored.consumer(APP, Window.parse(window)).orElseThrow();
    }

    @Test
    void aChangeCountsInTheMonthTheDayAndTheHourOfItsTime() {
        stored.add(aggregate(usage(1, change("2026-10-30T23:30:00Z", BASIC, "2", "0.5"))));

        LevelSums month = sums("2", Long.toString(-2 * (29 * 24 * HOUR + 23 * HOUR + HOUR / 2)), "0.5",
                Long.toString(-(29 * 24 * HOUR + 23 * HOUR + HOUR / 2) / 2), "2026-10-30T23:30:00Z");
        LevelSums day = sums("2", Long.toString(-47 * HOUR), "0.5", Long.toString(-47 * HOUR / 4), "2026-10-30T23:30:00Z");
        LevelSums hour = sums("2", Long.toString(-HOUR), "0.5", Long.toString(-HOUR / 4), "2026-10-30T23:30:00Z");
        MetricTotal inMonth = new MetricTotal("memory", Value.ZERO, BigDecimal.ZERO, null, month);
        MetricTotal inDay = new MetricTotal("memory", Value.ZERO, BigDecimal.ZERO, null, day);
        assertThat(memory(organization("2026-10").plans(), BASIC)).isEqualTo(inMonth);
        assertThat(memory(organization("2026-10").spaces().get(0).plans(), BASIC)).isEqualTo(inMonth);
        assertThat(memory(consumer("2026-10").plans(), BASIC)).isEqualTo(inMonth);
        assertThat(memory(organization("2026-10-30").plans(), BASIC)).isEqualTo(
                new MetricTotal("memory", Value.ZERO, BigDecimal.ZERO,
                        List.of(new MetricTotal.HourTotal(23, Value.ZERO, BigDecimal.ZERO, hour)), day));
        assertThat(memory(organization("2026-10-30").spaces().get(0).plans(), BASIC)).as("no hours").isEqualTo(inDay);
        assertThat(memory(consumer("2026-10-30").plans(), BASIC)).isEqualTo(inDay);
    }

    @Test
    void aUsageStandsInItsOwnWindowsThoughItsChangesAreElsewhere() {
        stored.add(aggregate(usage(1, calls(12), change("2026-10-30T23:30:00Z", "2"))));

        OrganizationWindow own = organization("2026-11");
        assertThat(own.plans()).singleElement().satisfies(plan -> assertThat(plan.metrics()).containsExactly(
                new MetricTotal("calls", Value.of(BigDecimal.valueOf(12)), BigDecimal.ONE, null)));
        assertThat(own.end()).isEqualTo(END);
        OrganizationWindow other = organization("2026-10");
        assertThat(other.plans()).singleElement().satisfies(plan ->
                assertThat(plan.metrics()).extracting(MetricTotal::metric).containsExactly("memory"));
        assertThat(other.accountId()).isEqualTo("1234");
        assertThat(other.currency()).isEqualTo("USD");
        assertThat(List.of(other.start(), other.end())).containsOnly(0L);
        assertThat(stored.all()).hasSize(10).allSatisfy((key, document) ->
                assertThat(document).extracting("watermark").isEqualTo(new Watermark(1, List.of(), -1)));
        assertThat(other.processed()).isEqualTo(END + 1);
    }

    @Test
    void anEventThatChangesNothingStandsInItsOwnWindows() {
        stored.add(aggregate(usage(1)));

        assertThat(stored.all()).hasSize(4);
        assertThat(organization("2026-11-21").plans()).extracting(PlanTotals::metrics).containsExactly(List.of());
    }

    @Test
    void theLastMillisecondOfAMonthIsNotTheFirstOfTheNext() {
        stored.add(aggregate(usage(1, change("2026-10-31T23:59:59.999Z", "1"), change("2026-11-01T00:00:00Z", "4"))));

        assertThat(memory(organization("2026-10").plans(), BASIC).level()).isEqualTo(
                sums("1", Long.toString(-(31 * 24 * HOUR - 1)), "0", "0", "2026-10-31T23:59:59.999Z"));
        assertThat(memory(organization("2026-11").plans(), BASIC).level()).isEqualTo(
                sums("4", "0", "0", "0", "2026-11-01T00:00:00Z"));
        assertThat(memory(organization("2026-10-31").plans(), BASIC).hours()).extracting(MetricTotal.HourTotal::hour)
                .containsExactly(23);
        assertThat(memory(organization("2026-11-01").plans(), BASIC).hours()).extracting(MetricTotal.HourTotal::hour)
                .containsExactly(0);
    }

    @Test
    void manyChangesInOneDocumentPassItsPositionOnce() {
        stored.add(aggregate(usage(1, change("2026-11-20T01:00:00Z", "3"), change("2026-11-20T02:00:00Z", "-1"),
                change("2026-11-20T02:30:00Z", "5"))));

        MetricTotal day = memory(organization("2026-11-20").plans(), BASIC);
        assertThat(day.level()).isEqualTo(sums("7", Long.toString(-3 * HOUR + 2 * HOUR - 25 * HOUR / 2), "0", "0",
                "2026-11-20T02:30:00Z"));
        assertThat(day.hours()).extracting(MetricTotal.HourTotal::level).containsExactly(
                sums("3", "0", "0", "0", "2026-11-20T01:00:00Z"),
                sums("4", Long.toString(-5 * HOUR / 2), "0", "0", "2026-11-20T02:30:00Z"));
        assertThat(organization("2026-11-20").watermark().position()).isEqualTo(1);
    }

    @Test
    void whatARunUnderAnotherPlanEndsCountsUnderThatPlan() {
        stored.add(aggregate(usage(1, change("2026-11-20T01:00:00Z", OLD, "3", "6"))));
        stored.add(aggregate(usage(2, change("2026-11-21T12:00:00Z", OLD, "-3", "-6"),
                change("2026-11-21T12:00:00Z", BASIC, "3", "1"))));

        assertThat(organization("2026-11").plans()).extracting(PlanTotals::path, PlanTotals::plan).containsExactly(
                tuple(BASIC, "plan-basic"), tuple(OLD, "plan-old"));
        assertThat(memory(organization("2026-11").plans(), OLD).level().change()).isZero();
        assertThat(memory(organization("2026-11").plans(), OLD).level().area(NOVEMBER, BigDecimal.ZERO, NOVEMBER.to()))
                .isEqualByComparingTo(BigDecimal.valueOf(3 * 35 * HOUR));
        assertThat(stored.organizationLevels().orElseThrow().plans()).extracting(PlanLevels::path).containsExactly(BASIC);
    }

    @Test
    void levelsKeepWhatEachMonthChangedOnTheWhole() {
        stored.add(aggregate(usage(1, change("2026-10-30T00:00:00Z", BASIC, "3", "6")),
                usage(2, change("2026-11-02T00:00:00Z", BASIC, "1", "2"), change("2026-11-03T00:00:00Z", BASIC, "1", "1"))));

        List<PlanLevels> expected = List.of(new PlanLevels("db", BASIC, "plan-basic", List.of(
                new PlanLevels.MetricLevels("memory", List.of(
                        new PlanLevels.MonthChange(OCTOBER, new BigDecimal("3"), new BigDecimal("6")),
                        new PlanLevels.MonthChange(NOVEMBER, new BigDecimal("2"), new BigDecimal("3")))))));
        assertThat(stored.consumerLevels(APP)).contains(
                new ConsumerLevels(1, "o", "s", "app", new Watermark(2, List.of(), -1), expected));
        assertThat(stored.organizationLevels()).contains(new OrganizationLevels(1, "o", new Watermark(2, List.of(), -1),
                expected, List.of(new OrganizationLevels.SpaceLevels("s", expected))));
    }

    @Test
    void monthsThatComeToNothingAreDroppedAndWhatIsLeftEmptyWithThem() {
        stored.add(aggregate(usage(1, change("2026-10-30T00:00:00Z", BASIC, "3", "6")),
                usage(2, change("2026-11-02T00:00:00Z", BASIC, "1", "2"))));
        stored.add(aggregate(usage(3, change("2026-11-05T00:00:00Z", BASIC, "-1", "-2"))));

        assertThat(stored.consumerLevels(APP).orElseThrow().plans().get(0).metrics().get(0).months())
                .extracting(PlanLevels.MonthChange::month).containsExactly(OCTOBER);
        stored.add(aggregate(usage(4, change("2026-10-30T02:00:00Z", BASIC, "-3", "-5"))));
        assertThat(stored.consumerLevels(APP).orElseThrow().plans()).as("its cost has changed").hasSize(1);
        stored.add(aggregate(usage(5, change("2026-10-30T02:00:00Z", BASIC, "0", "-1"))));

        assertThat(stored.consumerLevels(APP)).contains(
                new ConsumerLevels(1, "o", "s", "app", new Watermark(5, List.of(), -1), List.of()));
        assertThat(stored.organizationLevels()).contains(
                new OrganizationLevels(1, "o", new Watermark(5, List.of(), -1), List.of(), List.of()));
        assertThat(memory(organization("2026-11").plans(), BASIC).level().change()).as("windows keep their sums").isZero();
    }

    private static LevelChange pooled(String time, String plan, String change) {
        return new LevelChange(at(time), BASIC, plan, "USD", "memory", new BigDecimal(change), BigDecimal.ZERO,
                new BigDecimal(change));
    }

    /** A usage accepted at a time, with that plan version. */
    private static AccumulatedUsage priced(long position, String acceptedAt, String plan, LevelChange... levels) {
        return new AccumulatedUsage(position, at(acceptedAt), new Origin("o", "s", "app", "db", "basic", "i", END - 1, END),
                new Pin("1234", "USA", "USD", "db", plan), List.of(), List.of(levels), null);
    }

    private List<PlanLevels.Tariff> tariffs() {
        return stored.organizationLevels().orElseThrow().plans().get(0).tariffs();
    }

    private static PlanLevels.Tariff tariff(Window month, String plan) {
        return new PlanLevels.Tariff("memory", month, plan, "USA", "USD");
    }

    @Test
    void pooledChangesAreSummedBesideTheOthers() {
        stored.add(aggregate(usage(1, pooled("2026-10-30T00:00:00Z", "plan-basic", "3")),
                usage(2, change("2026-10-30T00:00:01Z", BASIC, "1", "2"), pooled("2026-10-30T00:00:02Z", "plan-basic", "-1"))));

        LevelSums october = memory(organization("2026-10").plans(), BASIC).level();
        assertThat(october.change()).isEqualByComparingTo("3");
        assertThat(october.pooledChange()).isEqualByComparingTo("2");
        // of the month 29 days had gone; the one that ends did so two seconds later
        assertThat(october.pooledArea()).isEqualByComparingTo(BigDecimal.valueOf(-2 * 29 * 86_400_000L + 2_000));
        assertThat(stored.consumerLevels(APP).orElseThrow().plans().get(0).metrics().get(0).months()).containsExactly(
                new PlanLevels.MonthChange(OCTOBER, new BigDecimal("3"), new BigDecimal("2"), new BigDecimal("2")));
        assertThat(stored.consumerLevels(APP).orElseThrow().plans().get(0).tariffs()).isNull();
    }

    @Test
    void aMonthHasTheTariffOfTheLastPriceThatWasPinnedInIt() {
        stored.add(aggregate(priced(1, "2026-10-30T00:00:00Z", "v1", pooled("2026-10-30T00:00:00Z", "v1", "3"))));
        stored.add(aggregate(priced(2, "2026-10-31T00:00:00Z", "v2", pooled("2026-10-31T00:00:00Z", "v2", "3"))));
        assertThat(tariffs()).containsExactly(tariff(OCTOBER, "v2"));
        // one that comes late in November does not change the price of October
        stored.add(aggregate(priced(3, "2026-11-01T00:00:00Z", "v3", pooled("2026-10-31T23:00:00Z", "v3", "1"))));
        assertThat(tariffs()).containsExactly(tariff(OCTOBER, "v2"), tariff(NOVEMBER, "v3"));
        // what ends was set at an older price; a price that is proportional is none of these
        stored.add(aggregate(priced(4, "2026-11-02T00:00:00Z", "v3", pooled("2026-11-02T00:00:00Z", "v1", "-3"))));
        stored.add(aggregate(priced(5, "2026-12-02T00:00:00Z", "v4", change("2026-12-02T00:00:00Z", BASIC, "1", "1"))));
        assertThat(tariffs()).containsExactly(tariff(OCTOBER, "v2"), tariff(NOVEMBER, "v3"));
    }

    /** Nothing ran before, so no month has a price yet: each that is over by then is given one that what follows leaves alone. */
    @Test
    void aMonthThatIsOverWhenItsFirstLevelIsAcceptedKeepsItsPriceToo() {
        AccumulatedUsage first = priced(1, "2026-11-01T00:00:01Z", "v1", pooled("2026-10-31T00:00:00Z", "v1", "3"));
        AccumulatedUsage dearer = priced(2, "2026-11-15T00:00:00Z", "v2", pooled("2026-11-15T00:00:00Z", "v1", "-3"),
                pooled("2026-11-15T00:00:00Z", "v2", "4"));
        AccumulatedUsage earlier = priced(3, "2026-11-16T00:00:00Z", "v2", pooled("2026-11-16T00:00:00Z", "v2", "-1"),
                pooled("2026-08-20T00:00:00Z", "v2", "1"));
        AccumulatedUsage between = priced(4, "2026-12-01T00:00:00Z", "v3", pooled("2026-09-30T00:00:00Z", "v3", "1"));
        InMemory cut = stored.copy();
        InMemory whole = stored.copy();
        whole.add(aggregate(whole, first, dearer, earlier, between));

        stored.add(aggregate(first));
        assertThat(tariffs()).containsExactly(tariff(OCTOBER, "v1"), tariff(NOVEMBER, "v1"));
        stored.add(aggregate(dearer));
        assertThat(tariffs()).containsExactly(tariff(OCTOBER, "v1"), tariff(NOVEMBER, "v2"));
        stored.add(aggregate(earlier));
        assertThat(tariffs()).as("the same price as the last, in an earlier month").containsExactly(
                tariff(Window.parse("2026-08"), "v2"), tariff(OCTOBER, "v1"), tariff(NOVEMBER, "v2"));
        stored.add(aggregate(between));
        assertThat(tariffs()).as("August's level ran in September, too").containsExactly(
                tariff(Window.parse("2026-08"), "v2"), tariff(OCTOBER, "v1"), tariff(NOVEMBER, "v2"),
                tariff(Window.parse("2026-12"), "v3"));
        cut.add(aggregate(cut, first, dearer));
        cut.add(aggregate(cut, earlier, between));
        assertThat(List.of(cut.all(), whole.all())).as("however batches are cut").containsOnly(stored.all());
    }

    /** A collector that has not heard of the new price pins the old one, under which the level was set. */
    @ParameterizedTest
    @EnumSource(value = Event.Kind.class, names = {"STOP", "GONE"})
    void whatStopsSetsNoPrice(Event.Kind kind) {
        stored.add(aggregate(priced(1, "2026-11-01T00:00:00Z", "v1", pooled("2026-11-01T00:00:00Z", "v1", "3")),
                priced(2, "2026-11-02T00:00:00Z", "v2", pooled("2026-11-02T00:00:00Z", "v2", "2"))));
        AccumulatedUsage last = priced(3, "2026-11-03T00:00:00Z", "v1", pooled("2026-11-03T00:00:00Z", "v1", "-3"));

        stored.add(aggregate(new AccumulatedUsage(3, last.acceptedAt(), last.origin(), last.pin(), List.of(), last.levels(),
                new Event(kind, null), null)));

        assertThat(tariffs()).containsExactly(tariff(NOVEMBER, "v2"));
        assertThat(memory(organization("2026-11").plans(), BASIC).level().pooledChange()).isEqualByComparingTo("2");
    }

    @Test
    void tariffsStayWhenTheLevelsHaveGone() {
        stored.add(aggregate(priced(1, "2026-10-30T00:00:00Z", "v1", pooled("2026-10-30T00:00:00Z", "v1", "3"))));
        stored.add(aggregate(priced(2, "2026-10-31T00:00:00Z", "v1", pooled("2026-10-30T05:00:00Z", "v1", "-3"))));
        assertThat(stored.organizationLevels().orElseThrow().plans()).containsExactly(new PlanLevels("db", BASIC, "v1",
                List.of(), List.of(tariff(OCTOBER, "v1"))));
        assertThat(stored.organizationLevels().orElseThrow().spaces()).isEmpty();
        stored.add(aggregate(priced(3, "2026-11-01T00:00:00Z", "v1", pooled("2026-11-01T00:00:00Z", "v1", "2"))));
        assertThat(tariffs()).as("the same price").containsExactly(tariff(OCTOBER, "v1"));
        assertThat(stored.organizationLevels().orElseThrow().plans().get(0).metrics()).hasSize(1);
    }

    @Test
    void atMostThirtySixTariffsOfAMetricAreKept() {
        for (int i = 0; i < 40; i++) {
            String time = String.format(Locale.ROOT, "%d-%02d-01T00:00:00Z", 2026 + i / 12, 1 + i % 12);
            stored.add(aggregate(priced(i, time, "v" + i, pooled(time, "v" + i, "1"))));
        }
        assertThat(tariffs()).hasSize(OpenTariffs.MAX_TARIFFS).first().isEqualTo(tariff(Window.parse("2026-05"), "v4"));
        stored.add(aggregate(priced(40, "2029-05-01T00:00:00Z", "late", pooled("2025-01-01T00:00:00Z", "late", "1"))));
        assertThat(tariffs()).as("one of a month before them goes at once").hasSize(OpenTariffs.MAX_TARIFFS)
                .startsWith(tariff(Window.parse("2026-06"), "v5")).endsWith(tariff(Window.parse("2029-05"), "late"));
    }

    @Test
    void usageThatChangesNoLevelNeedsNoLevels() {
        StoredDocuments without = new StoredDocuments() {
            @Override
            public Optional<ConsumerWindow> consumer(Consumer consumer, Window window) {
                return Optional.empty();
            }

            @Override
            public Optional<ConsumerLevels> consumerLevels(Consumer consumer) {
                throw new AssertionError("asked for");
            }

            @Override
            public Optional<OrganizationWindow> organization(Window window) {
                return Optional.empty();
            }

            @Override
            public Optional<OrganizationLevels> organizationLevels() {
                throw new AssertionError("asked for");
            }
        };

        AggregatedUsage result = aggregate(without, usage(1, calls(1)), rejected(usage(2, calls(1))));

        assertThat(result.consumerLevels()).isEmpty();
        assertThat(result.organizationLevels()).isEmpty();
    }

    @Test
    void whateverWasWrittenBeforeACrashTheRestIsFoldedOnce() {
        stored.add(aggregate(usage(1, calls(8), change("2026-09-30T00:00:00Z", OLD, "3", "6"))));
        AccumulatedUsage[] usages = {
            usage(2, calls(7), change("2026-10-30T23:30:00Z", OLD, "-3", "-6"), change("2026-10-30T23:30:00Z", "3"),
                    change("2026-11-20T00:00:00Z", "1")),
            rejected(usage(3, change("2026-08-01T00:00:00Z", "9")))
        };
        AggregatedUsage whole = aggregate(usages);
        InMemory complete = stored.copy();
        complete.add(whole);
        List<List<Object>> phases = InMemory.phases(whole);
        assertThat(phases).extracting(List::size).as("consumers, levels, days, months").containsExactly(8, 1, 4, 3);

        InMemory before = stored.copy();
        for (List<Object> phase : phases) {
            for (Object only : phase) {
                for (boolean without : new boolean[] {false, true}) {
                    InMemory crashed = before.copy();
                    phase.stream().filter(document -> (document == only) != without).forEach(crashed::add);
                    AggregatedUsage again = aggregate(crashed, usages);
                    assertThat(again.rejection()).isEmpty();
                    assertThat(InMemory.phases(again).stream().mapToInt(List::size).sum()).as("what was not written")
                            .isEqualTo(complete.all().values().stream().filter(d -> !crashed.all().containsValue(d)).count());
                    crashed.add(again);
                    assertThat(crashed.all()).isEqualTo(complete.all());
                    assertThat(aggregate(crashed, usages).consumers()).as("and no more").isEmpty();
                }
            }
            phase.forEach(before::add);
        }
    }

    @Test
    void whatIsRatedOnceIsNotRatedAgainForAnotherMonthThatWasNotWritten() {
        // Of twelve calls two are paid for; rated again, on top of themselves, all twelve would be: more than a document holds.
        PlanVersion dear = plan("1e29");
        AccumulatedUsage usage = usage(1, calls(12), change("2026-10-30T23:30:00Z", "1"));
        stored.add(aggregate(dear, stored, usage));
        InMemory complete = stored.copy();
        stored.remove(OCTOBER);

        stored.add(aggregate(dear, stored, usage));

        assertThat(stored.all()).isEqualTo(complete.all());
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 1", "0, 0, 2", "0, 0, 3", "0, 5, 1", "1, 0, 2", "1, 0, 3", "2, 1, 3", "2, 0, 3"})
    void aDocumentAheadOfOneOfAnEarlierPhaseIsABug(int earlier, int missing, int later) {
        AccumulatedUsage usage = usage(1, change("2026-10-30T23:30:00Z", "1"), change("2026-11-20T00:00:00Z", "1"));
        List<List<Object>> phases = InMemory.phases(aggregate(usage));
        phases.subList(0, later).forEach(phase -> phase.stream()
                .filter(document -> document != phases.get(earlier).get(missing)).forEach(stored::add));
        stored.add(phases.get(later).get(phases.get(later).size() - 1));

        assertThatThrownBy(() -> aggregate(usage)).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("has passed position 1 before a document it is computed from");
    }

    @Test
    void aRejectionIsPassedByAllDocumentsAndAdoptedFromAnyOfThem() {
        AccumulatedUsage usage = usage(1, change("2026-10-30T23:30:00Z", "1"), change("2026-11-20T00:00:00Z", "1"));
        AggregatedUsage result = aggregate(rejected(usage));

        List<Object> documents = InMemory.phases(result).stream().flatMap(List::stream).toList();
        assertThat(documents).hasSize(12).allSatisfy(document ->
                assertThat(document).extracting("watermark").isEqualTo(new Watermark(1, List.of(REJECTED), -1)));
        assertThat(result.consumerLevels().get(0).plans()).isEmpty();
        assertThat(result.months()).extracting(OrganizationWindow::plans).containsOnly(List.of());
        for (Object document : InMemory.phases(result).get(0)) {
            InMemory crashed = new InMemory();
            crashed.add(document);
            assertThat(aggregate(crashed, usage).rejection()).as("%s", document).contains(REJECTED);
            crashed.add(aggregate(crashed, rejected(usage)));
            assertThat(crashed.all().values()).containsExactlyInAnyOrderElementsOf(documents);
        }
    }

    @Test
    void aUsageThatWasFoldedAnywhereCannotComeAsRejected() {
        AccumulatedUsage usage = usage(1, change("2026-10-30T23:30:00Z", "1"));
        stored.add(aggregate(usage).consumerLevels().get(0));

        assertThatThrownBy(() -> aggregate(rejected(usage))).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("was folded before");
    }

    private void assertRejected(String code, AccumulatedUsage... usages) {
        AggregatedUsage result = aggregate(usages);
        assertThat(result.rejection()).hasValueSatisfying(rejection -> {
            assertThat(rejection.code()).isEqualTo(code);
            assertThat(rejection.position()).isEqualTo(usages[usages.length - 1].position());
        });
        assertThat(InMemory.phases(result)).as("nothing is written").allMatch(List::isEmpty);
    }

    @Test
    void aChangeInAnotherCurrencyThanItsWindowsIsRejected() {
        LevelChange euros = new LevelChange(at("2026-10-30T00:00:00Z"), BASIC, "plan-basic", "EUR", "memory", BigDecimal.ONE,
                BigDecimal.ONE);

        assertRejected("currency_mismatch", usage(1, change("2026-10-02T00:00:00Z", "1")), usage(2, euros));
        assertRejected("currency_mismatch", usage(1, change("2026-10-02T00:00:00Z", "1"), euros));
        assertThat(aggregate(usage(1, euros)).rejection()).as("another month, another currency").isEmpty();
        assertRejected("currency_mismatch", usage(1, new LevelChange(END, BASIC, "plan-basic", "EUR", "memory", BigDecimal.ONE,
                BigDecimal.ONE)));
    }

    @Test
    void thePlansOfAWindowHaveALimitThoughOnlyLevelsChangeInIt() {
        stored.add(new ConsumerWindow(ConsumerWindow.VERSION, "o", "s", "app", OCTOBER, Watermark.NONE, 0,
                plans(OrganizationAggregation.MAX_CONSUMER_ENTRIES - 1)));

        assertThat(aggregate(usage(1, change("2026-10-02T00:00:00Z", "1"))).rejection()).isEmpty();
        assertRejected("too_many_plans", usage(1, change("2026-10-02T00:00:00Z", "1"),
                change("2026-10-02T00:00:00Z", OLD, "1", "0")));

        stored.remove(OCTOBER);
        stored.add(new ConsumerWindow(ConsumerWindow.VERSION, "o", "s", "app", OCTOBER, Watermark.NONE, 0, List.of()));
        stored.add(new OrganizationWindow(OrganizationWindow.VERSION, "o", OCTOBER, Watermark.NONE, "1234", "USD", 0, 0, 0, List.of(),
                List.of(new OrganizationWindow.SpaceTotals("other", plans(OrganizationAggregation.MAX_ENTRIES - 3)))));
        assertThat(aggregate(usage(1, change("2026-10-02T00:00:00Z", "1"))).rejection()).isEmpty();
        assertRejected("too_many_plans", usage(1, change("2026-10-02T00:00:00Z", "1"),
                change("2026-10-02T00:00:00Z", OLD, "1", "0")));
    }

    private static List<PlanTotals> plans(int number) {
        return IntStream.range(0, number).mapToObj(i -> new PlanTotals("r" + i, BASIC, "plan", List.of())).toList();
    }

    @Test
    void thePlansOfLevelsHaveALimit() {
        List<PlanLevels> full = new ArrayList<>();
        for (int i = 0; i < OrganizationAggregation.MAX_LEVELS - 1; i++) {
            full.add(new PlanLevels("r" + i, BASIC, "plan", List.of(new PlanLevels.MetricLevels("m",
                    List.of(new PlanLevels.MonthChange(OCTOBER, BigDecimal.ONE, BigDecimal.ZERO))))));
        }
        stored.add(new OrganizationLevels(1, "o", Watermark.NONE, full, List.of()));
        assertRejected("too_many_plans", usage(1, change("2026-10-02T00:00:00Z", "1")));
        stored.add(new OrganizationLevels(1, "o", Watermark.NONE, full.subList(1, full.size()), List.of()));
        assertThat(aggregate(usage(1, change("2026-10-02T00:00:00Z", "1"))).rejection()).isEmpty();

        stored.add(new ConsumerLevels(1, "o", "s", "app", Watermark.NONE,
                full.subList(0, OrganizationAggregation.MAX_CONSUMER_LEVELS)));
        AccumulatedUsage usage = usage(1, change("2026-10-02T00:00:00Z", "1"));
        assertRejected("too_many_plans", usage);
        AccumulatedUsage stop = new AccumulatedUsage(1, END, usage.origin(), usage.pin(), List.of(), usage.levels(),
                new Event(Event.Kind.STOP, null), null);
        assertThat(aggregate(stop).rejection()).as("what it ends would run for ever").isEmpty();
    }

    @Test
    void theOldestOfManyMonthsCountInTheNext() {
        Window month = Window.month(END);
        List<LevelChange> changes = new ArrayList<>();
        for (int i = 0; i <= OpenLevels.MAX_MONTHS; i++) {
            changes.add(0, change(Instant.ofEpochMilli(month.minus(i).from()).toString(), "1"));
        }

        OrganizationLevels levels = aggregate(usage(1, changes.toArray(LevelChange[]::new))).organizationLevels().orElseThrow();

        List<PlanLevels.MonthChange> months = levels.plans().get(0).metrics().get(0).months();
        assertThat(months).hasSize(OpenLevels.MAX_MONTHS);
        assertThat(months.get(0).month()).isEqualTo(month.minus(OpenLevels.MAX_MONTHS - 1));
        assertThat(months.get(0).change()).isEqualByComparingTo("2");
        assertThat(months.get(1).change()).isEqualByComparingTo("1");
    }

    /** A month has 2,678,400,000 milliseconds at the most: an area has ten digits more than its level. */
    @ParameterizedTest
    @CsvSource({
        "2026-10-01T00:00:00Z, 1e29, 0, ",
        "2026-10-01T00:00:00Z, 1e30, 0, quantity_out_of_bounds",
        "2026-10-02T00:00:00Z, 1e22, 0, ",
        "2026-10-02T00:00:00Z, 2e22, 0, quantity_out_of_bounds",
        "2026-10-02T00:00:00Z, 0, 1e22, ",
        "2026-10-02T00:00:00Z, 0, 2e22, cost_out_of_bounds",
        "2026-10-02T00:00:00Z, 1e-101, 0, quantity_out_of_bounds"})
    void sumsOutOfBoundsAreRejectedBeforeAnythingIsFolded(String time, String change, String cost, String code) {
        // 1e22 × 86,400,000 ms = 8.64e29
        AccumulatedUsage usage = usage(1, change(time, BASIC, change, cost));
        if (code == null) {
            assertThat(aggregate(usage).rejection()).isEmpty();
        } else {
            assertRejected(code, usage);
        }
    }

    @Test
    void sumsOutOfBoundsAreFoundWhereverTheyAddUp() {
        stored.add(aggregate(usage(1, change("2026-10-02T00:00:00Z", BASIC, "1e22", "0"))));

        assertRejected("quantity_out_of_bounds", usage(2, change("2026-10-02T00:00:00Z", BASIC, "1e22", "0")));
        assertThat(aggregate(usage(2, change("2026-10-02T00:00:00Z", BASIC, "-1e22", "0"))).rejection()).isEmpty();
    }

    /** Up and down and up again comes to nothing, area and all, in the window that holds all three. */
    @ParameterizedTest
    @CsvSource({"2026-10-02T00:00:00Z, 2026-10-03T00:00:00Z, 2026-10-04T00:00:00Z",
        "2026-10-02T01:00:00Z, 2026-10-02T02:00:00Z, 2026-10-02T03:00:00Z"})
    void sumsThatCancelInTheMonthOrDayAreFoundInItsDaysOrHours(String up, String down, String again) {
        assertRejected("quantity_out_of_bounds", usage(1, change(up, "1e30"), change(down, "-2e30"), change(again, "1e30")));
        assertThat(aggregate(usage(1, change(up, "1e20"), change(down, "-2e20"), change(again, "1e20"))).rejection())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"t, other, another", "s, other, app"})
    void sumsThatCancelInTheOrganizationAreFoundInItsSpacesAndConsumers(String space, String consumer, String last) {
        stored.add(aggregate(of(space, consumer, usage(1, change("2026-10-02T00:00:00Z", "-1e22"))),
                usage(2, change("2026-10-02T00:00:00Z", "1e22"))));

        AccumulatedUsage more = usage(3, change("2026-10-02T00:00:00Z", "1e22"));
        assertRejected("quantity_out_of_bounds", of("s", last, more));
        assertThat(aggregate(of("u", last, more)).rejection()).as("where it is the first").isEmpty();
    }

    private static AccumulatedUsage of(String space, String consumer, AccumulatedUsage usage) {
        return new AccumulatedUsage(usage.position(), usage.acceptedAt(),
                new Origin("o", space, consumer, "db", "basic", "i", END - 1, END), usage.pin(), usage.accumulatedUsage(),
                usage.levels(), null);
    }

    @Test
    void aBatchThatComesAgainChangesNothing() {
        AccumulatedUsage[] usages = {usage(1, change("2026-10-30T23:30:00Z", "1")), usage(2, calls(1)),
            usage(3, change("2026-11-21T12:00:00Z", "-1"))};
        stored.add(aggregate(usages));

        assertThat(InMemory.phases(aggregate(usages))).allMatch(List::isEmpty);
    }

    @Test
    void spacesAndConsumersHaveTheirOwnChanges() {
        stored.add(aggregate(usage(1, change("2026-11-20T01:00:00Z", "3")),
                of("t", "app", usage(2, change("2026-11-20T01:00:00Z", "4")))));

        Map<String, BigDecimal> changes = new TreeMap<>();
        OrganizationWindow month = organization("2026-11");
        changes.put("organization", memory(month.plans(), BASIC).level().change());
        month.spaces().forEach(space -> changes.put(space.spaceId(), memory(space.plans(), BASIC).level().change()));
        assertThat(changes).containsExactlyInAnyOrderEntriesOf(Map.of("organization", BigDecimal.valueOf(7),
                "s", BigDecimal.valueOf(3), "t", BigDecimal.valueOf(4)));
        assertThat(memory(consumer("2026-11").plans(), BASIC).level().change()).isEqualByComparingTo("3");
    }

    @Test
    void anEventConcernsNoDocumentsButThoseOfItsChanges() {
        AccumulatedUsage usage = usage(1, change("2026-11-20T01:00:00Z", "3"));
        AccumulatedUsage event = new AccumulatedUsage(1, END, usage.origin(), usage.pin(), List.of(), usage.levels(),
                new Event(Event.Kind.STOP, null), null);
        AccumulatedUsage nothing = new AccumulatedUsage(2, END, usage.origin(), usage.pin(), List.of(), null,
                new Event(Event.Kind.STOP, null), null);

        AggregatedUsage result = aggregate(event, nothing);

        assertThat(result.days()).extracting(day -> day.window().id()).containsExactly("2026-11-20");
        assertThat(result.months()).allSatisfy(month -> {
            assertThat(month.watermark().position()).isEqualTo(1);
            assertThat(month.accountId()).isEqualTo("1234");
        });
    }

    @Test
    void aStopThatNobodyIsKnownToPayForNamesNoAccount() {
        AccumulatedUsage usage = usage(1, change("2026-11-20T01:00:00Z", "-3"));
        AccumulatedUsage stop = new AccumulatedUsage(1, END, usage.origin(), new Pin("", "", "", "db", "plan-basic"), List.of(),
                usage.levels(), new Event(Event.Kind.STOP, null), null);

        assertThat(aggregate(stop).days()).extracting(OrganizationWindow::accountId, OrganizationWindow::currency)
                .containsExactly(tuple(null, "USD"));
    }
}
