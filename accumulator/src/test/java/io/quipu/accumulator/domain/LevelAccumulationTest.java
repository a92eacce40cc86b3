package io.quipu.accumulator.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.common.plan.CompiledPlan;
import io.quipu.common.plan.MeteringPlan;
import io.quipu.common.plan.PlanVersion;
import io.quipu.common.plan.Price;
import io.quipu.common.plan.PricingPlan;
import io.quipu.common.plan.RatingPlan;
import io.quipu.common.quantity.Value;
import io.quipu.common.totals.InstanceWindow;
import io.quipu.common.usage.AccumulatedUsage;
import io.quipu.common.usage.Event;
import io.quipu.common.usage.LevelChange;
import io.quipu.common.usage.MeteredQuantity;
import io.quipu.common.usage.MeteredUsage;
import io.quipu.common.usage.MetricChange;
import io.quipu.common.usage.Origin;
import io.quipu.common.usage.Pin;
import io.quipu.common.usage.Rejection;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Levels in a batch: which documents they concern, and what goes on to the stage below. */
class LevelAccumulationTest {

    private static final Rejection BELOW = new Rejection(1, "aggregator", "currency_mismatch", "why");
    private static final String TIMELINE = "instance/o/s/c/linux-container/i/timeline";

    private final Map<String, InstanceWindow> windows = new HashMap<>();
    private final Map<String, Timeline> timelines = new HashMap<>();
    private CompiledPlan plan;

    @BeforeEach
    void setUp() {
        plan = plan("per_unit");
    }

    private static CompiledPlan plan(String rate) {
        return CompiledPlan.of(new PlanVersion("standard",
                new MeteringPlan("m", List.of(), List.of(
                        new MeteringPlan.Metric("memory", "GIGABYTE", null, "memory / 1024", "time_weighted"),
                        new MeteringPlan.Metric("calls", "CALL", null, "calls", "sum"))),
                new RatingPlan("r", List.of(new RatingPlan.Metric("memory", rate))),
                new PricingPlan("p", List.of(new PricingPlan.Metric("memory", List.of(new Price("USA", "USD",
                        new BigDecimal("0.1"), null, null, null)))))));
    }

    private Accumulated accumulate(Map<Long, Rejection> excluded, MeteredUsage... usages) {
        return new Accumulation(-1, null, id -> plan,
                (key, window) -> Optional.ofNullable(windows.get(key.document(window))),
                key -> Optional.ofNullable(timelines.get(key.document())), excluded).accumulate(List.of(usages));
    }

    private void store(Accumulated result) {
        windows.putAll(result.windows());
        timelines.putAll(result.timelines());
    }

    private static MeteredUsage usage(long position, Event event, String memory, String calls) {
        List<MeteredQuantity> metered = new ArrayList<>();
        if (memory != null) {
            metered.add(new MeteredQuantity("memory", Value.of(new BigDecimal(memory))));
        }
        if (calls != null) {
            metered.add(new MeteredQuantity("calls", Value.of(new BigDecimal(calls))));
        }
        return new MeteredUsage(position, position, new Origin("o", "s", "c", "linux-container", "standard", "i",
                position * 1_000, position * 1_000), new Pin("1234", "USA", "USD", "linux", "plan"), metered, event);
    }

    private static Event event(Event.Kind kind) {
        return new Event(kind, null);
    }

    private LevelChange change(long time, String change, String cost) {
        return new LevelChange(time, plan.path(), "plan", "USD", "memory", new BigDecimal(change), new BigDecimal(cost));
    }

    @Test
    void anEventStandsInTheTimelineAndInTheWindowsInWhichALevelChanges() {
        Accumulated result = accumulate(Map.of(), usage(1, event(Event.Kind.START), "2", null),
                usage(2, event(Event.Kind.STOP), null, null));

        assertThat(result.windows()).hasSize(2);
        assertThat(result.windows().values()).allSatisfy(window -> {
            assertThat(window.metrics()).containsExactly(new InstanceWindow.MetricState("memory", null, null,
                    new InstanceWindow.LevelChanges(BigDecimal.ZERO, new BigDecimal("2000"))));
            assertThat(window.levelsOnly()).isTrue();
            assertThat(window.leveled()).isEqualTo(2);
            assertThat(window.watermark().position()).isEqualTo(2);
            assertThat(window.end()).isEqualTo(2_000);
        });
        assertThat(result.timelines()).containsOnlyKeys(TIMELINE);
        assertThat(result.sent()).extracting(AccumulatedUsage::levelChanges)
                .containsExactly(List.of(change(1_000, "2", "0.2")), List.of(change(2_000, "-2", "-0.2")));
        assertThat(result.sent()).allSatisfy(sent -> assertThat(sent.accumulatedUsage()).isEmpty());
        assertThat(result.sent()).extracting(sent -> sent.event().kind())
                .containsExactly(Event.Kind.START, Event.Kind.STOP);
    }

    @Test
    void aUsageSetsTheLevelFromItsEndOnAndCountsInItsWindows() {
        Accumulated result = accumulate(Map.of(), usage(1, null, "2", "7"));

        AccumulatedUsage sent = result.sent().get(0);
        assertThat(sent.accumulatedUsage()).extracting(MetricChange::metric).containsExactly("calls");
        assertThat(sent.levelChanges()).containsExactly(change(1_000, "2", "0.2"));
        assertThat(result.windows()).hasSize(2);
        assertThat(result.windows().values()).allSatisfy(window -> {
            assertThat(window.metrics()).extracting(InstanceWindow.MetricState::metric).containsExactly("calls", "memory");
            assertThat(window.metrics().get(0).level()).isNull();
            assertThat(window.metrics().get(1).state()).isNull();
            assertThat(window.metrics().get(1).level()).isEqualTo(
                    new InstanceWindow.LevelChanges(new BigDecimal("2"), new BigDecimal("-2000")));
            assertThat(window.levelsOnly()).isNull();
        });
        assertThat(result.timelines()).containsOnlyKeys(TIMELINE);
    }

    @Test
    void aUsageWithoutALevelHasNoTimeline() {
        assertThat(accumulate(Map.of(), usage(1, null, null, "7")).timelines()).isEmpty();
    }

    @Test
    void whatIsRejectedBelowSetsNoLevelButSaysWhichItWouldHaveSet() {
        Accumulated result = accumulate(Map.of(1L, BELOW), usage(1, event(Event.Kind.START), "2", null),
                usage(2, event(Event.Kind.STOP), null, null));

        assertThat(result.rejected()).containsExactly(BELOW);
        assertThat(result.sent().get(0).rejection()).isEqualTo(BELOW);
        assertThat(result.sent().get(0).levelChanges()).containsExactly(change(1_000, "2", "0.2"));
        assertThat(result.sent().get(1).levelChanges()).isEmpty();
        assertThat(result.timelines().get(TIMELINE).watermark().rejection(1)).contains(BELOW);
        assertThat(result.windows()).as("those that it would have changed pass it").hasSize(2);
        assertThat(result.windows().values()).allSatisfy(window -> {
            assertThat(window.watermark().rejection(1)).contains(BELOW);
            assertThat(window.metrics()).isEmpty();
            assertThat(window.plan()).isNull();
            assertThat(window.levelsOnly()).isNull();
        });
    }

    @Test
    void underAPriceThatIsNotProportionalALevelIsPooledAndCostsNothingByItself() {
        plan = plan("package");
        Accumulated set = accumulate(Map.of(), usage(1, null, "2", "7"));
        store(set);
        assertThat(set.sent().get(0).levelChanges()).containsExactly(pooled(1_000, "2"));
        // the stop takes off what was pooled, though the price is proportional by now; the level is not pooled any more
        plan = plan("per_unit");
        Accumulated changed = accumulate(Map.of(), usage(2, event(Event.Kind.LEVEL), "3", null));
        store(changed);
        assertThat(changed.sent().get(0).levelChanges()).containsExactly(new LevelChange(2_000, plan.path(), "plan", "USD",
                "memory", BigDecimal.ONE, new BigDecimal("0.3"), new BigDecimal("-2")));
        Accumulated stopped = accumulate(Map.of(), usage(3, event(Event.Kind.STOP), null, null));
        assertThat(stopped.sent().get(0).levelChanges()).containsExactly(change(3_000, "-3", "-0.3"));
    }

    private LevelChange pooled(long time, String change) {
        return new LevelChange(time, plan.path(), "plan", "USD", "memory", new BigDecimal(change), BigDecimal.ZERO,
                new BigDecimal(change));
    }

    @Test
    void aLevelThatCostsTooManyDigitsRejectsTheUsageWhole() {
        Accumulated result = accumulate(Map.of(), usage(1, null, "1E-100", "7"));

        assertThat(result.rejected()).extracting(Rejection::code).containsExactly("cost_out_of_bounds");
        assertThat(result.timelines().get(TIMELINE).entries()).isEmpty();
        assertThat(result.windows().values()).allSatisfy(window -> assertThat(window.metrics()).isEmpty());
    }

    /** What another metric spoils is no level either; the windows of the change pass the rejection as their documents below do. */
    @Test
    void whatIsRejectedHereIsPassedByTheWindowsThatItWouldHaveChanged() {
        String most = "9" + "0".repeat(29);
        store(accumulate(Map.of(), usage(1, null, "2", most)));
        Accumulated result = accumulate(Map.of(), usage(2, null, "3", most));

        assertThat(result.rejected()).extracting(Rejection::code).containsExactly("quantity_out_of_bounds");
        assertThat(result.sent().get(0).levelChanges()).containsExactly(change(2_000, "1", "0.1"));
        assertThat(result.timelines().get(TIMELINE).entries()).hasSize(1);
        assertThat(result.windows()).hasSize(2);
    }

    @Test
    void aRejectionThatOneDocumentHasPassedIsAdoptedByTheOthersWithoutBeingFoundAgain() {
        Accumulated whole = accumulate(Map.of(), usage(1, null, "1E-100", "7"));
        windows.putAll(whole.windows());

        Accumulated again = accumulate(Map.of(), usage(1, null, "1E-100", "7"));

        assertThat(again.rejected()).hasSize(1).isEqualTo(whole.rejected());
        assertThat(again.sent()).isEmpty();
        assertThat(again.timelines()).isEqualTo(whole.timelines());
    }

    /** Whichever of its documents a crash left behind, the rest is made up for, and nothing is sent on again. */
    @Test
    void whicheverDocumentsWereWrittenARepetitionWritesTheOthersAndSendsNothing() {
        MeteredUsage[] usages = {usage(1, null, "2", "7"), usage(2, event(Event.Kind.LEVEL), "3", null), usage(3, null, "1", "1")};
        Accumulated whole = accumulate(Map.of(), usages);
        List<String> keys = Stream.concat(whole.windows().keySet().stream(), whole.timelines().keySet().stream()).toList();
        for (int subset = 1; subset < 1 << keys.size(); subset++) {
            windows.clear();
            timelines.clear();
            for (int i = 0; i < keys.size(); i++) {
                if ((subset & 1 << i) != 0) {
                    String key = keys.get(i);
                    Optional.ofNullable(whole.windows().get(key)).ifPresent(window -> windows.put(key, window));
                    Optional.ofNullable(whole.timelines().get(key)).ifPresent(timeline -> timelines.put(key, timeline));
                }
            }
            if (!timelines.isEmpty() && windows.size() < whole.windows().size()) {
                // The timeline is written last.
                continue;
            }

            Accumulated again = accumulate(Map.of(), usages);

            assertThat(again.sent()).as("subset %s: the stage below has committed before any document of this stage", subset)
                    .isEmpty();
            store(again);
            assertThat(windows).isEqualTo(whole.windows());
            assertThat(timelines).isEqualTo(whole.timelines());
        }
    }
}
