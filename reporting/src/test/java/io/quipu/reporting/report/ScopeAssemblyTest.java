package io.quipu.reporting.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.common.plan.PlanVersion;
import io.quipu.common.quantity.Value;
import io.quipu.common.time.Window;
import io.quipu.common.totals.InstanceLevels;
import io.quipu.common.totals.MetricTotal;
import io.quipu.common.totals.PlanLevels;
import io.quipu.common.totals.PlanTotals;
import io.quipu.reporting.Plans;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ScopeAssemblyTest {

    private static final long NOW = Instant.parse("2026-11-21T05:20:00Z").toEpochMilli();
    private static final Window NOVEMBER = Window.parse("2026-11");
    private static final Window OCTOBER = Window.parse("2026-10");
    private static final PlanVersion OLD = Plans.plan("p", "m", "r", "c", "calls:sum", "gone:sum");
    private static final PlanVersion NEW = Plans.plan("p", "m", "r", "c", "fresh:sum", "calls:sum");
    private static final PlanVersion OTHER = Plans.plan("a", "m", "r", "c", "calls:sum");
    private static final Map<String, PlanTerms> TERMS = Map.of("old", Plans.terms(OLD), "new", Plans.terms(NEW),
            "other", Plans.terms(OTHER));

    private static ScopeAssembly assembly() {
        return assembly(NOW);
    }

    private static ScopeAssembly assembly(long time) {
        return new ScopeAssembly(ReportWindows.of(new ReportQuery("org", time, 0, 1, 2, Depth.SPACE), NOW), TERMS::get,
                Set.of());
    }

    private static MetricTotal metric(String name, String quantity, String cost) {
        return new MetricTotal(name, Value.of(new BigDecimal(quantity)), new BigDecimal(cost), null);
    }

    private static PlanTotals totals(PlanVersion plan, String id, MetricTotal... metrics) {
        return new PlanTotals("resource", plan.path(), id, List.of(metrics));
    }

    private static Slot month(MetricReport metric, int slot) {
        return metric.windows().get(4).get(slot);
    }

    @Test
    void metricsComeInTheOrderOfThePlanAsItIsNowAndThoseThatLeftItAfterThem() {
        PlanReport plan = assembly().resources(new ScopeTotals(Map.of(
                OCTOBER, List.of(totals(OLD, "old", metric("calls", "1", "1"))),
                NOVEMBER, List.of(totals(NEW, "new", metric("calls", "2", "2"), metric("gone", "5", "0.5"))))))
                .get(0).plans().get(0);
        assertThat(plan.aggregatedUsage()).extracting(MetricReport::metric).containsExactly("fresh", "calls", "gone");
        assertThat(month(plan.aggregatedUsage().get(0), 0)).isEqualTo(Slot.UNUSED);
        assertThat(month(plan.aggregatedUsage().get(0), 1)).as("not yet in October's plan").isNull();
        assertThat(month(plan.aggregatedUsage().get(2), 0).quantity()).as("stored, though it left the plan")
                .isEqualTo(Value.of(new BigDecimal("5")));
        assertThat(month(plan.aggregatedUsage().get(2), 1)).isEqualTo(Slot.UNUSED);
        assertThat(plan.windows().get(4).get(0).charge()).isEqualByComparingTo("2.5");
    }

    @Test
    void aResourceAddsItsPlansUpAndListsThemByPath() {
        ResourceReport resource = assembly().resources(new ScopeTotals(Map.of(NOVEMBER, List.of(
                totals(OLD, "old", metric("calls", "0.1", "0.01")),
                totals(OTHER, "other", metric("calls", "0.2", "0.02")))))).get(0);
        assertThat(resource.plans()).extracting(PlanReport::planId).containsExactly("a/m/r/c", "p/m/r/c");
        Slot calls = month(resource.aggregatedUsage().get(0), 0);
        assertThat(calls).isEqualTo(new Slot(Value.of(new BigDecimal("0.3")), new BigDecimal("0.3"), null,
                new BigDecimal("0.03")));
        assertThat(resource.windows().get(4).get(1)).isNull();
    }

    @Test
    void aQuantityThatIsNoNumberCountsZeroAtTheResource() {
        Value object = new Value.Structure(new java.util.TreeMap<>(Map.of("consuming", Value.of(BigDecimal.ONE))));
        ResourceReport resource = assembly().resources(new ScopeTotals(Map.of(NOVEMBER, List.of(new PlanTotals(
                "resource", OLD.path(), "old", List.of(new MetricTotal("unknown", object, BigDecimal.TEN, null)))))))
                .get(0);
        MetricReport shown = resource.plans().get(0).aggregatedUsage().get(2);
        assertThat(month(shown, 0).quantity()).isEqualTo(object);
        assertThat(month(resource.aggregatedUsage().get(2), 0).quantity()).isEqualTo(Value.ZERO);
        assertThat(resource.windows().get(4).get(0).charge()).isEqualByComparingTo("10");
    }

    @Test
    void aScopeWithoutTotalsHasNoResources() {
        assertThat(assembly().resources(new ScopeTotals(Map.of()))).isEmpty();
    }

    @Test
    void windowsInWhichNotAllChangesOfALevelWereCountedShowNone() {
        PlanLevels levels = new PlanLevels("resource", OLD.path(), "old", List.of(new PlanLevels.MetricLevels("memory",
                List.of(new PlanLevels.MonthChange(Window.parse("2026-09"), BigDecimal.ONE, BigDecimal.ZERO)))));
        for (long from : new long[] {0, OCTOBER.from() + 1}) {
            MetricReport memory = assembly().instance(List.of(), told(from, levels)).orElseThrow().aggregatedUsage().stream()
                    .filter(metric -> metric.metric().equals("memory")).findFirst().orElseThrow();
            assertThat(month(memory, 0).level().consuming()).isEqualByComparingTo("1");
            assertThat(month(memory, 1) == null).isEqualTo(from > 0);
        }
    }

    /** The days of a month that is cut open with the month's own level and the changes since. */
    @Test
    void neitherDoDaysBehindThemInAMonthThatIsCut() {
        PlanLevels levels = new PlanLevels("resource", OLD.path(), "old", List.of(new PlanLevels.MetricLevels("memory",
                List.of(new PlanLevels.MonthChange(OCTOBER, BigDecimal.ONE, BigDecimal.ZERO)))));
        ScopeAssembly past = assembly(NOVEMBER.from() + Duration.ofHours(36).toMillis());
        assertThat(past.instance(List.of(), told(OCTOBER.from() + 1, levels))).isPresent();
        assertThat(past.instance(List.of(), told(NOVEMBER.from() + 1, levels))).isEmpty();
    }

    private static InstanceLevels told(long from, PlanLevels levels) {
        return new InstanceLevels("org", "s", "c", "i", 0, 7, from, levels);
    }
}
