package io.quipu.reporting.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.common.plan.CompiledPlan;
import io.quipu.common.plan.MeteringException;
import io.quipu.common.plan.MeteringPlan;
import io.quipu.common.plan.MetricFunctions;
import io.quipu.common.plan.PlanVersion;
import io.quipu.common.plan.RatingFunctions;
import io.quipu.common.plan.TimeBased;
import io.quipu.common.quantity.Decimals;
import io.quipu.common.quantity.Value;
import io.quipu.common.stage.Watermark;
import io.quipu.common.time.Window;
import io.quipu.common.totals.InstanceWindow;
import io.quipu.common.totals.MetricTotal;
import io.quipu.common.totals.PlanTotals;
import io.quipu.reporting.Plans;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a report says of metrics whose functions are written by hand. */
class FormulaSlotsTest {

    private static final Window MONTH = Window.parse("2015-10");
    private static final String PRICE = "0.00028";
    private static final TimeBased HOURS = new TimeBased();
    private static final PlanVersion STANDARD = Plans.plan("standard", "m", "r", "p", "memory:sum");
    private static final PlanVersion BASIC = Plans.plan("basic", "m", "r", "p", "memory:sum");

    private static long ms(String time) {
        return Instant.parse(time).toEpochMilli();
    }

    private static BigDecimal number(String text) {
        return Decimals.normalize(new BigDecimal(text));
    }

    private static PlanTerms terms(PlanVersion plan, MetricFunctions functions, RatingFunctions rating) {
        return new PlanTerms(CompiledPlan.of(plan, Map.of("memory", functions), Map.of("memory", rating)));
    }

    private static ScopeAssembly assembly(long time, long now, Function<String, PlanTerms> terms, Set<PlanKey> begun) {
        return new ScopeAssembly(ReportWindows.of(new ReportQuery("org", time, 1, 2, 2, Depth.INSTANCE), now), terms, begun);
    }

    private static ScopeAssembly assembly(String time, MetricFunctions functions, RatingFunctions rating) {
        return assembly(ms(time), ms(time), id -> terms(STANDARD, functions, rating), Set.of());
    }

    private static PlanTotals totals(PlanVersion plan, String id, Value quantity, String cost, String price) {
        return new PlanTotals("linux-container", plan.path(), id, List.of(new MetricTotal("memory", quantity,
                new BigDecimal(cost), null, null, price == null ? null : new BigDecimal(price))));
    }

    private static ScopeTotals month(Value quantity, String cost, String price) {
        return new ScopeTotals(Map.of(MONTH, List.of(totals(STANDARD, "plan", quantity, cost, price))));
    }

    private static Slot month(ResourceReport resource) {
        return resource.plans().get(0).aggregatedUsage().get(0).windows().get(4).get(0);
    }

    private static BigDecimal charge(List<List<Slot>> windows) {
        return windows.get(4).get(0).charge();
    }

    /** Two gigabytes run from the 10th at 6, three from the 12th at 18, none from the 14th on. */
    @ParameterizedTest
    @CsvSource({"2015-10-10T07:00:00Z, 2, 2160000000, 2, 0.00056", "2015-10-12T19:00:00Z, 3, 2808000000, 123, 0.03444",
        "2015-10-14T00:00:00Z, 0, 1512000000, 210, 0.0588", "2015-10-31T23:59:59.999Z, 0, 1512000000, 210, 0.0588",
        "2015-11-20T00:00:00Z, 0, 1512000000, 210, 0.0588"})
    void aQuantityThatIsAnObjectIsSummarizedAndChargedAsOfTheReportsTime(String time, long consuming, long consumed,
            String summary, String charge) {
        ResourceReport resource = assembly(time, HOURS, HOURS)
                .resources(month(TimeBased.quantity(consuming, consumed), "0", PRICE)).get(0);

        int slot = time.startsWith("2015-11") ? 1 : 0;
        assertThat(resource.plans().get(0).aggregatedUsage().get(0).windows().get(4).get(slot)).isEqualTo(
                new Slot(TimeBased.quantity(consuming, consumed), number(summary), TimeBased.cost(PRICE, consuming, consumed),
                        number(charge)));
        assertThat(resource.aggregatedUsage().get(0).windows().get(4).get(slot)).isEqualTo(
                new Slot(Value.ZERO, number(summary), null, number(charge)));
        assertThat(resource.windows().get(4).get(slot).charge()).isEqualByComparingTo(charge);
    }

    @Test
    void aResourceAddsUpWhatItsPlansAreChargedAndNoneOfTheirObjects() {
        Map<String, PlanTerms> terms = Map.of("standard", terms(STANDARD, HOURS, HOURS), "basic", terms(BASIC, HOURS, HOURS));
        ResourceReport resource = assembly(ms("2015-10-14T00:00:00Z"), ms("2015-10-14T00:00:00Z"), terms::get, Set.of())
                .resources(new ScopeTotals(Map.of(MONTH, List.of(
                        totals(STANDARD, "standard", TimeBased.quantity(0, 1_512_000_000), "0", PRICE),
                        totals(BASIC, "basic", TimeBased.quantity(0, 7_200_000), "0", "3"))))).get(0);

        assertThat(resource.aggregatedUsage().get(0).windows().get(4).get(0)).isEqualTo(
                new Slot(Value.ZERO, number("211"), null, number("3.0588")));
        assertThat(charge(resource.windows())).isEqualByComparingTo("3.0588");
    }

    @Test
    void aTotalWithAPriceIsRatedAsAWholeWhateverItsUsagesCost() {
        Slot slot = month(assembly("2015-10-14T00:00:00Z", HOURS, HOURS)
                .resources(month(TimeBased.quantity(0, 7_200_000), "40", "0")).get(0));

        assertThat(slot.cost()).as("at a price of zero the formula says a number").isEqualTo(Value.ZERO);
        assertThat(slot.charge()).isZero();
    }

    @Test
    void withoutAPriceTheSumOfCostsIsCharged() {
        Slot slot = month(assembly("2015-10-14T00:00:00Z", HOURS, new Halves())
                .resources(month(TimeBased.quantity(0, 7_200_000), "40", null)).get(0));

        assertThat(slot).isEqualTo(new Slot(TimeBased.quantity(0, 7_200_000), BigDecimal.ONE, Value.of(number("40")), number("20")));
    }

    @Test
    void whatCannotBeRatedIsNotCharged() {
        Slot slot = month(assembly("2015-10-14T00:00:00Z", HOURS, new Halves())
                .resources(month(TimeBased.quantity(0, 7_200_000), "40", PRICE)).get(0));

        assertThat(slot).isEqualTo(new Slot(TimeBased.quantity(0, 7_200_000), BigDecimal.ONE, Value.ZERO, BigDecimal.ZERO));
    }

    /** Rates nothing and charges half of what something costs. */
    private static final class Halves implements RatingFunctions {

        private final List<String> charged = new ArrayList<>();

        @Override
        public Value cost(BigDecimal price, Value quantity) {
            throw new MeteringException("rating_failed", "nothing can be rated");
        }

        @Override
        public BigDecimal charge(long time, Value cost, Window window) {
            charged.add(Instant.ofEpochMilli(time) + " " + window.id());
            return cost.asNumber().divide(BigDecimal.valueOf(2));
        }
    }

    @Test
    void formulasAreGivenTheReportsTimeAndTheWindowsOwnBounds() {
        Halves halves = new Halves();
        List<PlanTotals> used = List.of(totals(STANDARD, "plan", TimeBased.quantity(0, 0), "1", null));
        Window day = Window.parse("2015-10-14");
        PlanTotals hourly = new PlanTotals("linux-container", STANDARD.path(), "plan", List.of(new MetricTotal("memory",
                TimeBased.quantity(0, 0), BigDecimal.ONE, List.of(new MetricTotal.HourTotal(5, TimeBased.quantity(0, 0),
                        BigDecimal.ONE)))));
        ScopeTotals totals = new ScopeTotals(Map.of(MONTH, used, Window.parse("2015-09"), used, Window.parse("2015-10-13"),
                used, day, List.of(hourly)));

        assembly("2015-10-14T05:20:00Z", HOURS, halves).resources(totals, totals, PooledLevels.NONE);

        assertThat(halves.charged).containsExactly("2015-10-14T05:20:00Z 2015-10-14T05", "2015-10-14T05:20:00Z 2015-10-14",
                "2015-10-14T05:20:00Z 2015-10-13", "2015-10-14T05:20:00Z 2015-10", "2015-10-14T05:20:00Z 2015-09");
    }

    @Test
    void anHourIsRatedAsItsDayIs() {
        PlanTotals hourly = new PlanTotals("linux-container", STANDARD.path(), "plan", List.of(new MetricTotal("memory",
                TimeBased.quantity(0, 0), BigDecimal.ZERO, List.of(new MetricTotal.HourTotal(5, TimeBased.quantity(0, 7_200_000),
                        BigDecimal.ZERO, null, new BigDecimal("3"))))));
        ScopeTotals totals = new ScopeTotals(Map.of(Window.parse("2015-10-14"), List.of(hourly)));

        ResourceReport resource = assembly("2015-10-14T05:20:00Z", HOURS, HOURS)
                .resources(totals, totals, PooledLevels.NONE).get(0);

        assertThat(resource.plans().get(0).aggregatedUsage().get(0).windows().get(2).get(0)).isEqualTo(new Slot(
                TimeBased.quantity(0, 7_200_000), BigDecimal.ONE, TimeBased.cost("3", 0, 7_200_000), BigDecimal.valueOf(3)));
    }

    /** What was charged for a month does not change with the plan. */
    @Test
    void eachWindowIsShownByThePlanVersionOfItsLastUsage() {
        RatingFunctions halves = new Halves();
        Map<String, PlanTerms> terms = Map.of("before", terms(STANDARD, HOURS, HOURS), "now", terms(STANDARD, HOURS, halves),
                "without", new PlanTerms(CompiledPlan.of(Plans.plan("standard", "m", "r", "p", "other:sum"))));
        Value oneHour = TimeBased.quantity(0, 7_200_000);
        List<MetricReport> metrics = assembly(ms("2015-11-20T00:00:00Z"), ms("2015-11-20T00:00:00Z"), terms::get, Set.of())
                .resources(new ScopeTotals(Map.of(MONTH, List.of(totals(STANDARD, "before", oneHour, "8", "3")),
                        Window.parse("2015-11"), List.of(totals(STANDARD, "now", oneHour, "8", null)),
                        Window.parse("2015-11-20"), List.of(totals(STANDARD, "without", oneHour, "8", null))))).get(0)
                .plans().get(0).aggregatedUsage();

        MetricReport memory = metrics.stream().filter(metric -> metric.metric().equals("memory")).findFirst().orElseThrow();
        assertThat(memory.windows().get(4)).extracting(Slot::charge).as("now, then before")
                .containsExactly(BigDecimal.valueOf(4), BigDecimal.valueOf(3));
        assertThat(memory.windows().get(3).get(0).charge()).as("by the latest that has it").isEqualByComparingTo("4");
    }

    @Test
    void anInstanceShowsItsObjectAndWhatItIsSummarizedTo() {
        Value quantity = TimeBased.quantity(0, 1_512_000_000);
        InstanceWindow document = new InstanceWindow(1, "org", "s", "c", "linux-container", "i", STANDARD.path(), MONTH,
                Watermark.NONE, "plan", 1, 2, 3, List.of(new InstanceWindow.MetricState("memory", quantity, null)));

        InstanceReport instance = assembly("2015-10-14T00:00:00Z", HOURS, HOURS).instance(List.of(document), null).orElseThrow();

        assertThat(instance.aggregatedUsage().get(0).windows().get(4).get(0))
                .isEqualTo(new Slot(quantity, number("210"), null, null));
    }

    /** A past day in the middle of a month: it is shown as it is known by now where days cannot be added up. */
    @Test
    void aMonthIsCutByAddingItsDaysUpOnlyWhereThatIsWhatItComesTo() {
        Window day = Window.parse("2015-10-10");
        Value ofDay = TimeBased.quantity(2, 1);
        Value ofMonth = TimeBased.quantity(0, 1_512_000_000);
        long time = ms("2015-10-10T12:00:00Z");
        Set<PlanKey> begun = Set.of(new PlanKey("linux-container", STANDARD.path()));
        ScopeTotals totals = new ScopeTotals(Map.of(MONTH, List.of(totals(STANDARD, "plan", ofMonth, "0", PRICE)),
                Window.parse("2015-10-09"), List.of(totals(STANDARD, "plan", ofDay, "0", "7")),
                day, List.of(totals(STANDARD, "plan", TimeBased.quantity(1, 5), "0", "9"))));

        assertThat(month(assembly(time, ms("2015-11-20T00:00:00Z"), id -> terms(STANDARD, HOURS, HOURS), begun)
                .resources(totals).get(0)).cost()).isEqualTo(TimeBased.cost(PRICE, 0, 1_512_000_000));

        Slot added = month(assembly(time, ms("2015-11-20T00:00:00Z"), id -> terms(STANDARD, new Additive(), HOURS), begun)
                .resources(totals).get(0));
        assertThat(added.quantity()).isEqualTo(TimeBased.quantity(3, 6));
        assertThat(added.cost()).as("at the price of the last day").isEqualTo(TimeBased.cost("9", 3, 6));
    }

    @Test
    void whatFormulasCannotAddUpIsWhatCameLast() {
        TotalsSum sum = new TotalsSum(id -> terms(STANDARD, HOURS, HOURS));
        sum.add(List.of(totals(STANDARD, "plan", TimeBased.quantity(1, 1), "0", "2")));
        sum.add(List.of(totals(STANDARD, "plan", TimeBased.quantity(-2, 4), "0", null)));
        assertThat(sum.totals().get(0).metrics().get(0)).as("less than nothing cannot run").isEqualTo(
                new MetricTotal("memory", TimeBased.quantity(-2, 4), BigDecimal.ZERO, null, null, new BigDecimal("2")));

        sum.add(List.of(totals(STANDARD, "plan", TimeBased.quantity(5, 4), "0", "3")));
        assertThat(sum.totals().get(0).metrics().get(0)).isEqualTo(
                new MetricTotal("memory", TimeBased.quantity(3, 8), BigDecimal.ZERO, null, null, new BigDecimal("3")));
    }

    /** How the numbers of a metric add up is for its functions to say. */
    @Test
    void numbersOfFormulasAreAddedUpByThem() {
        TotalsSum sum = new TotalsSum(id -> terms(STANDARD, new Greatest(), HOURS));
        sum.add(List.of(totals(STANDARD, "plan", Value.of(BigDecimal.TEN), "1", null)));
        sum.add(List.of(totals(STANDARD, "plan", Value.of(BigDecimal.ONE), "1", null)));
        assertThat(sum.totals().get(0).metrics().get(0))
                .isEqualTo(new MetricTotal("memory", Value.of(BigDecimal.TEN), BigDecimal.valueOf(2), null));
    }

    /** Hours of a level whose months are the sums of their days. */
    private static final class Additive extends Delegating {
        private Additive() {
            super(HOURS);
        }

        @Override
        public boolean additive() {
            return true;
        }
    }

    /** The greatest of all. */
    private static final class Greatest extends Delegating {
        private Greatest() {
            super(MetricFunctions.of(new MeteringPlan.Metric("memory", "U", null, null, null)));
        }

        @Override
        public Value aggregate(Optional<Value> total, Optional<Value> previous, Value current) {
            return Value.of(total.orElse(Value.ZERO).asNumber().max(current.asNumber()));
        }
    }

    private abstract static class Delegating implements MetricFunctions {

        private final MetricFunctions functions;

        private Delegating(MetricFunctions functions) {
            this.functions = functions;
        }

        @Override
        public Optional<Value> meter(Map<String, BigDecimal> measures, long start, long end) {
            return functions.meter(measures, start, end);
        }

        @Override
        public Optional<Value> accumulate(Optional<Value> state, Value quantity, long start, long end, Window window) {
            return functions.accumulate(state, quantity, start, end, window);
        }

        @Override
        public Value quantity(Value state) {
            return functions.quantity(state);
        }

        @Override
        public Value aggregate(Optional<Value> total, Optional<Value> previous, Value current) {
            return functions.aggregate(total, previous, current);
        }

        @Override
        public BigDecimal summarize(long time, Value quantity, Window window) {
            return functions.summarize(time, quantity, window);
        }

        @Override
        public boolean additive() {
            return functions.additive();
        }

        @Override
        public boolean timeWeighted() {
            return functions.timeWeighted();
        }

        @Override
        public Optional<Value> level(Map<String, BigDecimal> measures) {
            return functions.level(measures);
        }

        @Override
        public Optional<BigDecimal> unitOfTime() {
            return functions.unitOfTime();
        }
    }
}
