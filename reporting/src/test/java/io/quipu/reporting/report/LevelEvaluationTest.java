package io.quipu.reporting.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.common.plan.MeteringPlan;
import io.quipu.common.plan.PlanVersion;
import io.quipu.common.plan.PricingPlan;
import io.quipu.common.plan.RatingPlan;
import io.quipu.common.quantity.Decimals;
import io.quipu.common.quantity.Value;
import io.quipu.common.time.Window;
import io.quipu.common.totals.LevelSums;
import io.quipu.common.totals.MetricTotal;
import io.quipu.common.totals.PlanLevels;
import io.quipu.common.totals.PlanTotals;
import io.quipu.reporting.Plans;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Levels by numbers worked out by hand, in GB-hours. */
class LevelEvaluationTest {

    private final Map<Window, LevelSums> sums = new TreeMap<>();
    private final Map<Window, PlanLevels.MonthChange> months = new TreeMap<>();
    private PlanVersion plan = Plans.RUNTIME;

    private static long ms(String time) {
        return Instant.parse(time).toEpochMilli();
    }

    private void change(String time, String change, String cost) {
        long at = ms(time);
        for (Window window : List.of(Window.hour(at), Window.day(at), Window.month(at))) {
            sums.merge(window, LevelSums.of(window, at, new BigDecimal(change), new BigDecimal(cost)), LevelSums::plus);
        }
        Window month = Window.month(at);
        LevelSums all = sums.get(month);
        months.put(month, new PlanLevels.MonthChange(month, all.change(), all.costChange()));
    }

    private static final String PRICE = "0.00028";

    private void change(String time, String change) {
        change(time, change, new BigDecimal(change).multiply(new BigDecimal(PRICE)).toPlainString());
    }

    /** The life cycle of an app: 2 GB, then 3, then none. */
    private void lifeCycle() {
        change("2015-10-10T06:00:00Z", "2");
        change("2015-10-12T18:00:00Z", "1");
        change("2015-10-14T00:00:00Z", "-3");
    }

    /** What was read of the scope: what the windows of a report hold, and the levels. */
    private ScopeTotals totals(ReportWindows windows) {
        Map<Window, List<PlanTotals>> documents = new TreeMap<>();
        Set<Window> read = windows.ofOrganization();
        read.addAll(windows.ofChildrenWithLevels());
        for (Window window : read) {
            if (sums.containsKey(window)) {
                List<MetricTotal.HourTotal> hours = new ArrayList<>();
                for (int i = 0; window.unit() == Window.Unit.DAY && i < 24; i++) {
                    LevelSums ofHour = sums.get(ReportWindows.hour(window, i));
                    if (ofHour != null) {
                        hours.add(new MetricTotal.HourTotal(i, null, null, ofHour));
                    }
                }
                documents.put(window, List.of(new PlanTotals("r", plan.path(), "id", List.of(
                        new MetricTotal("memory", null, BigDecimal.ZERO, hours, sums.get(window))))));
            }
        }
        return new ScopeTotals(documents, List.of(new PlanLevels("r", plan.path(), "id", List.of(
                new PlanLevels.MetricLevels("memory", List.copyOf(months.values()))))));
    }

    private List<List<Slot>> report(String time, String now, int hours, int days, int shownMonths) {
        ReportWindows windows = ReportWindows.of(
                new ReportQuery("org", ms(time), hours, days, shownMonths, Depth.CONSUMER), ms(now));
        long until = Math.max(ms(time), sums.containsKey(Window.day(ms(time)))
                ? sums.get(Window.day(ms(time))).last() : 0);
        ScopeTotals totals = totals(windows);
        List<ResourceReport> resources = new ScopeAssembly(windows, id -> Plans.terms(plan), Set.of(), until)
                .resources(totals, totals, PooledLevels.NONE);
        return resources.isEmpty() ? null : resources.get(0).plans().get(0).aggregatedUsage().stream()
                .filter(metric -> metric.metric().equals("memory")).findFirst().orElseThrow().windows();
    }

    private static List<String> summaries(List<Slot> slots) {
        return slots.stream().map(slot -> slot == null ? "-" : slot.summary().toPlainString()).toList();
    }

    private String month(String time, String now) {
        return report(time, now, 0, 1, 1).get(4).get(0).summary().toPlainString();
    }

    @Test
    void anAppsLifeIsCountedInGigabyteHours() {
        change("2015-10-10T06:00:00Z", "2");
        assertThat(month("2015-10-10T07:00:00Z", "2015-10-10T07:00:00Z")).isEqualTo("2");
        change("2015-10-12T18:00:00Z", "1");
        assertThat(month("2015-10-12T19:00:00Z", "2015-10-12T19:00:00Z")).isEqualTo("123");
        change("2015-10-14T00:00:00Z", "-3");
        for (String time : List.of("2015-10-14T01:00:00Z", "2015-10-20T00:00:00Z", "2015-10-31T12:00:00Z")) {
            assertThat(month(time, time)).isEqualTo("210");
            assertThat(month(time, "2016-02-01T00:00:00Z")).as("looked back at").isEqualTo("210");
        }
    }

    @Test
    void daysAddUpToTheMonth() {
        lifeCycle();
        for (String now : List.of("2015-10-14T01:00:00Z", "2015-11-20T00:00:00Z")) {
            assertThat(summaries(report("2015-10-14T01:00:00Z", now, 0, 6, 1).get(3)))
                    .containsExactly("0", "72", "54", "48", "36", "-");
            assertThat(summaries(report("2015-10-14T01:00:00Z", now, 0, 1, 1).get(3))).containsExactly("0");
        }
    }

    @Test
    void aSlotSaysWhatIsConsumingAndWhatItCost() {
        lifeCycle();
        Slot stopped = report("2015-10-20T00:00:00Z", "2015-10-20T00:00:00Z", 0, 1, 1).get(4).get(0);
        assertThat(stopped.level().average())
                .isEqualTo(new BigDecimal("210").divide(new BigDecimal("456"), MathContext.DECIMAL128));
        assertThat(stopped.level().consumed()).isEqualByComparingTo("210");
        assertThat(stopped.level().consuming()).isEqualTo(BigDecimal.ZERO);
        assertThat(stopped.cost().asNumber()).isEqualByComparingTo("0.0588");
        assertThat(stopped.charge()).isEqualByComparingTo("0.0588");
        Slot running = report("2015-10-12T19:00:00Z", "2015-12-01T00:00:00Z", 0, 1, 1).get(3).get(0);
        assertThat(running.level().consuming()).isEqualTo(new BigDecimal("3"));
        assertThat(running.summary()).as("18 hours of 2 and one of 3").isEqualByComparingTo("39");
        assertThat(running.charge()).isEqualByComparingTo(new BigDecimal("39").multiply(new BigDecimal(PRICE)));
    }

    private static String average(Slot slot) {
        return Decimals.plain(slot.level().average());
    }

    @Test
    void theAverageLevelIsTheAreaByTheTimeOfTheWindowThatCounts() {
        lifeCycle();
        List<List<Slot>> windows = report("2015-10-14T06:00:00Z", "2015-10-14T06:00:00Z", 0, 5, 1);
        assertThat(windows.get(3)).extracting(LevelEvaluationTest::average).as("0 for 6 hours, 72, 54, 48, 36 by 24")
                .containsExactly("0", "3", "2.25", "2", "1.5");
        assertThat(average(windows.get(4).get(0))).as("210 by 13.25 days")
                .isEqualTo("0.6603773584905660377358490566037736");
        assertThat(average(report("2015-10-17T00:00:00Z", "2015-12-01T00:00:00Z", 0, 1, 1).get(4).get(0)))
                .as("210 by 16 days of a month that is over").isEqualTo("0.546875");
        assertThat(report("2015-10-14T00:30:00Z", "2015-10-14T00:30:00Z", 2, 1, 1).get(2))
                .extracting(LevelEvaluationTest::average).containsExactly("0", "3");
    }

    @Test
    void whereNoTimeCountsTheAverageIsTheLevel() {
        change("2015-10-10T00:00:00Z", "2");
        List<List<Slot>> windows = report("2015-10-10T00:00:00Z", "2015-10-10T00:00:00Z", 1, 1, 1);
        assertThat(average(windows.get(2).get(0))).isEqualTo("2");
        assertThat(average(windows.get(3).get(0))).isEqualTo("2");
        assertThat(average(windows.get(4).get(0))).as("nine days of nothing").isEqualTo("0");
        assertThat(windows.get(3).get(0).summary()).isEqualByComparingTo("0");
    }

    @Test
    void discreteUsageOfTheSameMetricIsNotInTheAverage() {
        LevelAmount level = new LevelAmount(new BigDecimal("2"), new BigDecimal("7200000"), new BigDecimal("14400000"),
                BigDecimal.ZERO, BigDecimal.ZERO);
        Slot slot = level.slot(new BigDecimal("3600000"), new PlanAmounts.Amount(Value.of(BigDecimal.TEN), BigDecimal.ONE, null));
        assertThat(average(slot)).isEqualTo("2");
        assertThat(slot.summary()).as("4 of the level, 10 beside it").isEqualByComparingTo("14");
    }

    @Test
    void anAppThatNobodyTouchesIsInEveryWindowSinceItBegan() {
        change("2015-10-10T00:00:00Z", "2");
        String january = "2016-01-01T00:00:00Z";
        assertThat(summaries(report(january, january, 0, 3, 5).get(4))).containsExactly("0", "1488", "1440", "1056", "-");
        assertThat(summaries(report("2015-12-31T23:00:00Z", january, 0, 4, 2).get(3)))
                .containsExactly("46", "48", "48", "48");
        assertThat(summaries(report("2015-11-02T12:00:00Z", january, 0, 4, 2).get(3)))
                .containsExactly("24", "48", "48", "48");
        assertThat(summaries(report("2015-11-02T12:00:00Z", january, 0, 4, 2).get(4))).containsExactly("72", "1056");
        assertThat(report("2015-10-09T12:00:00Z", january, 2, 4, 2)).as("before it began").isNull();
    }

    @Test
    void hoursOpenWithTheirDay() {
        change("2015-10-10T06:00:00Z", "2");
        change("2015-10-12T18:00:00Z", "1");
        assertThat(summaries(report("2015-10-12T18:30:00Z", "2015-10-12T18:30:00Z", 4, 1, 1).get(2)))
                .containsExactly("1.5", "2", "2", "2");
        change("2015-10-14T00:00:00Z", "-3");
        assertThat(summaries(report("2015-10-12T01:00:00Z", "2015-10-31T00:00:00Z", 3, 1, 1).get(2)))
                .as("all of the day counts").containsExactly("2", "2", "2");
        assertThat(summaries(report("2015-10-14T00:30:00Z", "2015-10-14T00:30:00Z", 2, 1, 1).get(2)))
                .containsExactly("0", "3");
    }

    @Test
    void whatChangesLaterOnTheDayCountsAndWhatChangesOnLaterDaysDoesNot() {
        lifeCycle();
        assertThat(month("2015-10-12T10:00:00Z", "2015-11-03T00:00:00Z")).as("up to the change at 18:00").isEqualTo("120");
        assertThat(month("2015-10-13T23:59:00Z", "2015-10-13T23:59:00Z")).as("stopped ahead of the clock")
                .isEqualTo("209.95");
        assertThat(summaries(report("2015-10-13T23:00:00Z", "2015-10-13T23:59:00Z", 1, 2, 1).get(3)))
                .containsExactly("69", "54");
        assertThat(summaries(report("2015-10-13T23:00:00Z", "2015-10-13T23:59:00Z", 1, 2, 1).get(2)))
                .containsExactly("0");
    }

    @Test
    void aStopOnTheMonthsFirstMillisecondEndsTheMonthBefore() {
        change("2015-10-31T23:00:00Z", "2");
        change("2015-11-01T00:00:00Z", "-2");
        List<List<Slot>> windows = report("2015-11-01T05:00:00Z", "2015-11-01T05:00:00Z", 7, 2, 2);
        assertThat(summaries(windows.get(4))).containsExactly("0", "2");
        assertThat(summaries(windows.get(3))).containsExactly("0", "2");
        assertThat(summaries(windows.get(2))).containsExactly("-", "-", "-", "-", "-", "0", "2");
        assertThat(report("2016-01-02T00:00:00Z", "2016-01-02T00:00:00Z", 0, 2, 2)).as("long gone").isNull();
    }

    @Test
    void theUnitOfTimeIsThePlans() {
        plan = new PlanVersion("p", new MeteringPlan("m", List.of(), List.of(new MeteringPlan.Metric("memory", "GB",
                null, null, "time_weighted", "days"))), new RatingPlan("r", List.of()), new PricingPlan("c", List.of()));
        change("2015-10-10T00:00:00Z", "2", "3");
        Slot slot = report("2015-10-12T00:00:00Z", "2015-10-12T00:00:00Z", 0, 1, 1).get(4).get(0);
        assertThat(slot.summary()).isEqualByComparingTo("4");
        assertThat(slot.charge()).isEqualByComparingTo("6");
    }

    @Test
    void aQuotientThatIsNotFiniteHas34Digits() {
        change("2015-10-10T00:00:00Z", "1", "0");
        assertThat(month("2015-10-10T00:00:01Z", "2015-10-10T00:00:01Z"))
                .isEqualTo("0.0002777777777777777777777777777777778");
    }

    @Test
    void atAResourceALevelIsNoQuantity() {
        change("2015-10-10T00:00:00Z", "2");
        ReportWindows windows = ReportWindows.of(new ReportQuery("org", ms("2015-10-11T00:00:00Z"), 0, 1, 1,
                Depth.CONSUMER), ms("2015-10-11T00:00:00Z"));
        ResourceReport resource = new ScopeAssembly(windows, id -> Plans.terms(plan), Set.of(), windows.time())
                .resources(totals(windows)).get(0);
        Slot month = resource.aggregatedUsage().get(0).windows().get(4).get(0);
        assertThat(month.quantity()).isEqualTo(Value.ZERO);
        assertThat(month.summary()).isEqualByComparingTo("48");
        assertThat(month.charge()).isEqualByComparingTo("0.01344");
        assertThat(resource.plans().get(0).aggregatedUsage()).extracting(MetricReport::metric)
                .containsExactly("memory", "heavy_api_calls", "storage");
        assertThat(resource.plans().get(0).aggregatedUsage().get(1).windows().get(4).get(0)).isEqualTo(Slot.UNUSED);
    }
}
