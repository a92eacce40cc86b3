package io.quipu.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.aggregator.Totals.OrganizationTotals;
import io.quipu.common.plan.CompiledPlans;
import io.quipu.common.plan.MeteringPlan;
import io.quipu.common.plan.PlanVersion;
import io.quipu.common.plan.PricingPlan;
import io.quipu.common.plan.RatingPlan;
import io.quipu.common.quantity.Value;
import io.quipu.common.stage.Batch;
import io.quipu.common.store.FaultyStore.Fault;
import io.quipu.common.store.FaultyStore;
import io.quipu.common.time.Window;
import io.quipu.common.totals.OrganizationLevels;
import io.quipu.common.totals.OrganizationWindow;
import io.quipu.common.usage.AccumulatedUsage;
import io.quipu.common.usage.Change;
import io.quipu.common.usage.Keys;
import io.quipu.common.usage.LevelChange;
import io.quipu.common.usage.MetricChange;
import io.quipu.common.usage.Origin;
import io.quipu.common.usage.Pin;
import io.quipu.common.wire.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** In which order documents are read, and that nothing more is read than needed. */
class TotalsTest {

    private static final long NOON = 1_795_262_400_000L;
    private static final Window MONTH = Window.month(NOON);
    private static final Window DAY = Window.day(NOON);
    private static final Window YESTERDAY = DAY.minus(1);
    private static final Window LAST_MONTH = MONTH.minus(1);
    private static final PlanVersion PLAN = new PlanVersion("basic", new MeteringPlan("m",
            List.of(new MeteringPlan.Measure("q", "UNIT")), List.of(new MeteringPlan.Metric("q", "UNIT", null, null, null))),
            new RatingPlan("r", List.of()), new PricingPlan("p", List.of()));

    private final FaultyStore store = new FaultyStore();
    private final Totals totals = new Totals(store);
    private final List<List<String>> reads = new ArrayList<>();
    private int cursor = -1;

    private void aggregate(LevelChange... levels) {
        aggregate("c", levels);
    }

    private void aggregate(String consumerId, LevelChange... levels) {
        Change change = new Change(null, Value.of(BigDecimal.ONE));
        AccumulatedUsage usage = new AccumulatedUsage(cursor + 1, NOON,
                new Origin("o", "s", consumerId, "db", "basic", "i", NOON, NOON), new Pin("1234", "USA", "USD", "db", "plan"),
                List.of(new MetricChange("q", change, change, change)), List.of(levels), null);
        new UsageAggregator(store.durable(), new CompiledPlans(10)).aggregate(List.of(
                new Batch<>(0, cursor, Map.of("plan", PLAN), List.of(usage))));
        cursor++;
    }

    private static LevelChange change(long time) {
        return new LevelChange(time, PLAN.path(), "plan", "USD", "memory", BigDecimal.ONE, BigDecimal.ZERO);
    }

    /** Reads, and does something before the read of that number. */
    private OrganizationTotals read(int number, Runnable meanwhile, List<Window> windows, List<Window> windowsOfLevels) {
        reading(number, meanwhile);
        return totals.organization("o", windows, windowsOfLevels);
    }

    private void reading(int number, Runnable meanwhile) {
        reads.clear();
        store.faults((call, write, keys) -> {
            if (call == number) {
                meanwhile.run();
            }
            reads.add(keys);
            return Fault.NONE;
        });
    }

    private OrganizationTotals read(List<Window> windows, List<Window> windowsOfLevels) {
        return read(0, () -> { }, windows, windowsOfLevels);
    }

    private static List<String> keys(Window... windows) {
        return List.of(windows).stream().map(window -> Keys.organization("o", window)).toList();
    }

    private static List<String> withLevels(Window... windows) {
        List<String> keys = new ArrayList<>(keys(windows));
        keys.add(Keys.organizationLevels("o"));
        return keys;
    }

    private static List<OrganizationWindow> documents(OrganizationTotals found) {
        return found.documents().stream().map(json -> Json.read(json, OrganizationWindow.class)).toList();
    }

    @Test
    void withoutLevelsTheWindowsAreReadOnceAndNothingElse() {
        aggregate();

        OrganizationTotals found = read(List.of(DAY, MONTH), List.of(YESTERDAY, LAST_MONTH));

        assertThat(reads).containsExactly(withLevels(DAY, MONTH));
        assertThat(documents(found)).extracting(OrganizationWindow::window).containsExactly(DAY, MONTH);
        assertThat(found.levels()).isEmpty();
    }

    @Test
    void withLevelsDaysAndLevelsAreReadAfterTheMonths() {
        aggregate(change(YESTERDAY.from()));

        OrganizationTotals found = read(List.of(DAY, MONTH), List.of(YESTERDAY));

        assertThat(reads).containsExactly(withLevels(DAY, MONTH), keys(MONTH), withLevels(DAY, YESTERDAY));
        assertThat(documents(found)).extracting(OrganizationWindow::window).containsExactly(MONTH, DAY, YESTERDAY);
        assertThat(found.levels()).isPresent();
    }

    @Test
    void ofAnOrganizationThatIsKnownToHaveLevelsNothingIsReadTwice() {
        aggregate(change(YESTERDAY.from()));
        OrganizationTotals first = read(List.of(DAY, MONTH), List.of(YESTERDAY));

        OrganizationTotals found = read(List.of(DAY, MONTH), List.of(YESTERDAY));

        assertThat(reads).containsExactly(keys(MONTH), withLevels(DAY, YESTERDAY));
        assertThat(documents(found)).isEqualTo(documents(first));
        assertThat(found.levels()).isPresent();
    }

    @Test
    void monthsThatAreWantedOnlyWithLevelsAreReadBeforeDaysAndLevelsToo() {
        aggregate(change(LAST_MONTH.from()));

        OrganizationTotals found = read(List.of(DAY, MONTH), List.of(LAST_MONTH, MONTH, DAY));

        assertThat(reads).containsExactly(withLevels(DAY, MONTH), keys(MONTH, LAST_MONTH), withLevels(DAY));
        assertThat(documents(found)).extracting(OrganizationWindow::window).containsExactly(MONTH, LAST_MONTH, DAY);
    }

    @Test
    void ofConsumersFewAreReadFirstAndThenMoreAtATime() {
        List<String> consumers = IntStream.range(0, 130).mapToObj(i -> "c" + i).toList();
        consumers.forEach(this::aggregate);
        List<String> told = new ArrayList<>();

        reading(0, () -> { });
        totals.consumers("o", "s", List.of(MONTH), false, found -> told.add(found.consumerId()));

        assertThat(told).isEqualTo(consumers);
        assertThat(reads).as("a page of links, its consumers, two pages, of which one is there, and its consumers")
                .extracting(List::size).containsExactly(1, 8, 16, 32, 44, 2, 30);
    }

    @Test
    void whatIsWrittenMeanwhileIsInTheDaysAndLevelsThatAreReadAfterTheMonths() {
        aggregate(change(NOON));

        OrganizationTotals found = read(2, () -> aggregate(change(NOON)), List.of(DAY, MONTH), List.of(YESTERDAY));

        assertThat(documents(found)).extracting(document -> document.watermark().position()).as("month, day")
                .containsExactly(0L, 1L);
        OrganizationLevels levels = Json.read(found.levels().orElseThrow(), OrganizationLevels.class);
        assertThat(levels.watermark().position()).isEqualTo(1);
        assertThat(levels.plans().get(0).metrics().get(0).months().get(0).change())
                .isEqualByComparingTo("2");
    }
}
