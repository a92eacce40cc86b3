package io.quipu.accumulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.accumulator.Levels.Instance;
import io.quipu.accumulator.domain.InstanceKey;
import io.quipu.accumulator.domain.TimelineKey;
import io.quipu.common.store.FaultyStore;
import io.quipu.common.store.FaultyStore.Fault;
import io.quipu.common.time.Window;
import io.quipu.common.totals.InstanceLevels;
import io.quipu.common.totals.InstanceWindow;
import io.quipu.common.usage.Consumer;
import io.quipu.common.usage.Event;
import io.quipu.common.usage.MeteredUsage;
import io.quipu.common.wire.Json;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Levels in the windows of instances: what is written when, and what of it is read. */
class InstancesTest {

    private static final Instance INSTANCE = new Instance("o", "linux-container", "i");
    private static final Consumer CONSUMER = new Consumer("o", "s", "c");
    private static final long START = at("2026-10-10T00:00:00Z");

    private final FaultyStore store = new FaultyStore();
    private final UsageAccumulator accumulator = Levels.accumulator(store);
    private final String timeline = new TimelineKey(CONSUMER, "linux-container", "i").document();

    private static long at(String time) {
        return Instant.parse(time).toEpochMilli();
    }

    private static MeteredUsage level(long position, String time, Integer level) {
        return INSTANCE.event(position, at(time), level == null ? Event.Kind.STOP : Event.Kind.LEVEL, level);
    }

    private static void accumulate(UsageAccumulator accumulator, MeteredUsage... usages) {
        assertThat(accumulator.accumulate(List.of(Levels.batch(0, null, List.of(usages)))))
                .allSatisfy(answer -> assertThat(answer.stale()).isNull());
    }

    private static String key(String window) {
        return new InstanceKey(CONSUMER, "linux-container", "i", Levels.PLAN.path()).document(Window.parse(window));
    }

    private InstanceWindow window(String window) {
        return Json.read(store.documents().get(key(window)).content(), InstanceWindow.class);
    }

    private List<Instances.Found> read(String... windows) {
        List<Instances.Found> found = new ArrayList<>();
        new Instances(store).read(List.of(CONSUMER), List.of(windows).stream().map(Window::parse).toList(), found::add);
        return found;
    }

    /** From now on, the keys of each call, but for when a resource was heard; those of writes after a sign. */
    private List<List<String>> recorded() {
        List<List<String>> calls = new ArrayList<>();
        store.faults((call, write, keys) -> {
            List<String> named = new ArrayList<>(keys);
            if (write) {
                named.add(0, "write");
            }
            if (!keys.get(0).startsWith("running/heard")) {
                calls.add(named);
            }
            return Fault.NONE;
        });
        return calls;
    }

    @Test
    void aChangeOfALevelIsAReadAndAWriteOfItsWindowsAndThenOfItsTimeline() {
        accumulate(accumulator, level(0, "2026-10-10T00:00:00Z", 2));
        List<List<String>> calls = recorded();

        accumulate(accumulator, level(1, "2026-10-10T00:00:30Z", 3));

        assertThat(calls).containsExactly(List.of(key("2026-10"), key("2026-10-10"), timeline),
                List.of("write", key("2026-10"), key("2026-10-10")), List.of("write", timeline));
        assertThat(window("2026-10").leveled()).isEqualTo(1);
    }

    @Test
    void windowsOfWhichOnlyTheTimelineTellsAreReadOnceMore() {
        accumulate(accumulator, level(0, "2026-10-31T23:59:00Z", 2), level(1, "2026-11-02T00:00:00Z", null));
        List<List<String>> calls = recorded();

        accumulate(accumulator, level(2, "2026-10-31T23:59:30Z", 5));

        assertThat(calls).hasSize(4);
        assertThat(calls.get(1)).containsExactly(key("2026-11"), key("2026-11-02"));
        assertThat(calls.get(2)).containsExactlyInAnyOrder("write", key("2026-10"), key("2026-10-31"), key("2026-11"),
                key("2026-11-02"));
        assertThat(window("2026-11").metrics().get(0).level()).isEqualTo(InstanceWindow.LevelChanges.of(Window.parse("2026-11"),
                at("2026-11-02T00:00:00Z"), new BigDecimal("-5")));
    }

    /** A timeline that is ahead of one of its windows could not tell any more what is missing there. */
    @Test
    void aTimelineWaitsForAllOfItsWindows() {
        accumulate(accumulator, level(0, "2026-10-10T00:00:00Z", 2));
        UsageAccumulator other = Levels.accumulator(store.durable());
        List<List<String>> writes = new ArrayList<>();
        store.faults((call, write, keys) -> {
            if (write) {
                writes.add(keys);
                if (writes.size() == 1) {
                    accumulate(other, level(1, "2026-10-10T00:00:30Z", 3));
                }
            }
            return Fault.NONE;
        });

        accumulate(accumulator, level(1, "2026-10-10T00:00:30Z", 3), level(2, "2026-10-10T00:00:40Z", 4));

        assertThat(writes).containsExactly(List.of(key("2026-10"), key("2026-10-10")),
                List.of(key("2026-10"), key("2026-10-10")), List.of(timeline));
        assertThat(window("2026-10").metrics().get(0).level().change()).isEqualByComparingTo("4");
    }

    @Test
    void whateverCallOfABatchFailsWhatIsDrivenAgainCountsOnce() {
        MeteredUsage[] usages = {level(0, "2026-10-31T23:00:00Z", 2), level(1, "2026-11-01T01:00:00Z", 3),
            level(2, "2026-10-31T23:30:00Z", 7), level(3, "2026-11-30T00:00:00Z", null)};
        accumulate(accumulator, usages);
        InstanceWindow october = window("2026-10");
        InstanceWindow november = window("2026-11");
        for (Fault fault : List.of(Fault.CRASH_BEFORE, Fault.CRASH_HALFWAY, Fault.CRASH_AFTER)) {
            for (int failing = 0; failing < 12; failing++) {
                FaultyStore faulty = new FaultyStore();
                int at = failing;
                faulty.faults((call, write, keys) -> call == at ? fault : Fault.NONE);
                try {
                    accumulate(Levels.accumulator(faulty), usages);
                } catch (FaultyStore.Crash e) {
                    accumulate(Levels.accumulator(faulty), usages);
                }
                assertThat(Json.read(faulty.documents().get(key("2026-10")).content(), InstanceWindow.class)).isEqualTo(october);
                assertThat(Json.read(faulty.documents().get(key("2026-11")).content(), InstanceWindow.class)).isEqualTo(november);
            }
        }
    }

    @Test
    void whatRunsUntouchedIsToldThoughNoWindowSaysSoUntilItHasEnded() {
        accumulate(accumulator, level(0, "2026-10-10T00:00:00Z", 2));
        assertThat(read("2026-09")).isEmpty();
        assertThat(read("2026-12")).singleElement().satisfies(found -> {
            assertThat(found.documents()).isEmpty();
            InstanceLevels levels = found.levels().orElseThrow();
            assertThat(levels.resourceInstanceId()).isEqualTo("i");
            assertThat(levels.processed()).isEqualTo(START);
            assertThat(levels.from()).isZero();
            assertThat(levels.plan().metrics().get(0).months()).extracting(month -> month.month().id() + " " + month.change())
                    .containsExactly("2026-10 2");
        });

        accumulate(accumulator, level(1, "2026-12-24T00:00:00Z", null));
        assertThat(read("2026-12-20")).as("it has ended later in that month").hasSize(1);
        assertThat(read("2027-01", "2027-01-01")).isEmpty();
    }

    @Test
    void whatHasChangedWhileItWasReadIsReadAgain() {
        accumulate(accumulator, level(0, "2026-10-10T00:00:00Z", 2));
        UsageAccumulator other = Levels.accumulator(store.durable());
        List<String> reads = new ArrayList<>();
        store.faults((call, write, keys) -> {
            reads.add(keys.get(0));
            if (reads.stream().filter(timeline::equals).count() == 1 && keys.contains(key("2026-10"))) {
                accumulate(other, level(1, "2026-10-11T00:00:00Z", 3));
            }
            return Fault.NONE;
        });

        List<Instances.Found> found = read("2026-10");

        assertThat(reads.stream().filter(timeline::equals)).hasSize(2);
        assertThat(found).singleElement().satisfies(one -> assertThat(one.levels().orElseThrow().position()).isEqualTo(1));
    }

    /** Windows that were written without their timeline, as after a crash, are told as they are in the end. */
    @Test
    void whatStaysAheadIsToldAfterSomeRetries() {
        store.faults((call, write, keys) -> write && keys.contains(timeline) ? Fault.CRASH_BEFORE : Fault.NONE);
        try {
            accumulate(accumulator, level(0, "2026-10-10T00:00:00Z", 2));
        } catch (FaultyStore.Crash e) {
            store.noFaults();
        }

        assertThat(read("2026-10")).singleElement().satisfies(found -> {
            assertThat(found.documents()).hasSize(1);
            assertThat(found.levels()).isEmpty();
        });
    }
}
