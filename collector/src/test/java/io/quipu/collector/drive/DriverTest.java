package io.quipu.collector.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.collector.log.Collector;
import io.quipu.collector.log.Cursor;
import io.quipu.collector.log.DedupMark;
import io.quipu.collector.log.LoggedUsage;
import io.quipu.collector.log.ManualClock;
import io.quipu.collector.log.Samples;
import io.quipu.common.stage.Batch;
import io.quipu.common.stage.StageUnavailableException;
import io.quipu.common.store.FaultyStore;
import io.quipu.common.store.FaultyStore.Fault;
import io.quipu.common.usage.Event;
import io.quipu.common.usage.Keys;
import io.quipu.common.usage.Position;
import io.quipu.common.usage.Rejection;
import io.quipu.common.wire.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DriverTest {

    private final FaultyStore store = new FaultyStore();
    private final Collector collector = new Collector(store);
    private final FoldingStage stage = new FoldingStage();
    private final Pipeline pipeline = new Pipeline(collector, stage);

    private Cursor cursor() {
        return collector.log.documents().cursor(0).document();
    }

    private void append(int usages) {
        collector.append(IntStream.range(0, usages).mapToObj(i -> Samples.usage("u" + i)).toArray(LoggedUsage[]::new));
    }

    @Test
    void appendWakesTheDriverWhichDrivesAllOfItAndIdles() {
        collector.append("a", "b");
        collector.append("c");
        pipeline.run();

        assertThat(stage.positions()).containsExactly(0L, 1L, Position.of(1, 0));
        assertThat(stage.folded).extracting(u -> u.acceptedAt()).containsOnly(ManualClock.NOON);
        assertThat(cursor()).isEqualTo(new Cursor(Cursor.VERSION, Position.of(1, 0), 3));
        assertThat(collector.log.backlog().usages()).isZero();
        assertThat(pipeline.drivers.idle()).isTrue();
        assertThat(pipeline.scheduler.waiting()).isZero();
    }

    @Test
    void batchHoldsWhatThereIsUpToItsLimit() {
        for (int i = 0; i < 3; i++) {
            int call = i;
            collector.append(IntStream.range(0, 400).mapToObj(u -> Samples.usage(call + "-" + u))
                    .toArray(LoggedUsage[]::new));
        }
        pipeline.run();

        assertThat(stage.sent).extracting(batch -> batch.usage().size()).containsExactly(500, 500, 200);
        assertThat(stage.sent).extracting(Batch::cursor)
                .containsExactly(Position.NONE, Position.of(1, 99), Position.of(2, 199));
        assertThat(stage.folded).hasSize(1_200);
    }

    @Test
    void batchSaysHowLongBeforeItsAcceptanceAUsageMayHaveEnded() {
        collector.append("a", "b");
        pipeline.run();
        collector.append("a");
        collector.clock.advance(Duration.ofMinutes(30));
        collector.append("c");
        collector.clock.advance(Duration.ofMinutes(30));
        collector.append("d");
        pipeline.run();

        // the slack, and the hour that the log allows
        assertThat(stage.sent).extracting(Batch::reach).containsExactly(Duration.ofHours(49).toMillis(),
                Duration.ofHours(49).toMillis());
    }

    @Test
    void eventIsDrivenAsWhatItIs() {
        LoggedUsage usage = Samples.usage("a");
        Event event = new Event(Event.Kind.STOP, "e".repeat(1_000));
        LoggedUsage logged = new LoggedUsage(usage.origin(), usage.pin(), List.of(), null, null, event, null);
        collector.append(usage, logged);
        pipeline.run();

        assertThat(stage.folded).extracting(u -> u.event()).containsExactly(null, event);
        DrivenUsage driven = new DrivenUsage(0, ManualClock.NOON, 1, logged);
        assertThat(driven.estimatedBytes()).isBetween(Json.write(driven.collected()).length, 2_000);
        assertThat(new DrivenUsage(0, 0, 1, new LoggedUsage(usage.origin(), usage.pin(), List.of(), null, null,
                new Event(Event.Kind.STOP, null), null)).estimatedBytes()).isEqualTo(driven.estimatedBytes() - 1_000);
    }

    @Test
    void largeUsageStandsAlone() {
        String large = "x".repeat(700_000);
        collector.append(Samples.usage("a"), Samples.usage("b"), 
                Samples.usageOfInstance(large + 1, ManualClock.NOON), Samples.usageOfInstance(large + 2, ManualClock.NOON));
        pipeline.run();

        assertThat(stage.sent).extracting(batch -> batch.usage().size()).containsExactly(3, 1);
    }

    @Test
    void duplicatesWithinABatchAndOverBatchesAreSkippedAndCounted() {
        collector.append("a", "b", "a");
        pipeline.run();
        collector.append(Samples.usage("b"), Samples.usage("a", ManualClock.NOON, "7"), Samples.usage("c"));
        collector.append("c");
        pipeline.run();

        assertThat(stage.positions()).containsExactly(0L, 1L, Position.of(1, 2));
        assertThat(pipeline.settled("duplicate")).isEqualTo(4);
        assertThat(cursor()).isEqualTo(new Cursor(Cursor.VERSION, Position.of(2, 0), 7));
    }

    @Test
    void usageMayBeMarkedBeforeItsMarkIsMade() {
        List<Boolean> known = new ArrayList<>();
        collector.append(Samples.usage("a"), Samples.usage("b", ManualClock.NOON + 7, "1"), Samples.usage("c"));
        store.faults((call, write, keys) -> {
            if (write) {
                known.add(collector.log.mayBeMarked(0, ManualClock.NOON + 7));
            }
            return Fault.NONE;
        });
        assertThat(collector.log.mayBeMarked(0, ManualClock.NOON)).isFalse();
        pipeline.run();

        assertThat(known).isNotEmpty().doesNotContain(false);
        assertThat(collector.log.mayBeMarked(0, ManualClock.NOON + 8)).isFalse();
    }

    @Test
    void markOfWhatEndedAfterAllThatIsMarkedIsFresh() {
        LoggedUsage first = Samples.usage("a", ManualClock.NOON, "1");
        LoggedUsage later = Samples.usage("b", ManualClock.NOON + 7, "1");
        collector.append(first, Samples.usage("a", ManualClock.NOON, "2"), later);
        pipeline.run();
        assertThat(store.fresh()).containsExactly(DedupMark.key(first), DedupMark.key(later));

        LoggedUsage last = Samples.usage("e", ManualClock.NOON + 8, "1");
        store.fresh().clear();
        collector.append(Samples.usage("c"), Samples.usage("d", ManualClock.NOON + 7, "1"), last);
        pipeline.run();
        assertThat(marks()).as("segments are fresh, too").containsExactly(DedupMark.key(last));
        assertThat(stage.folded).hasSize(5);
    }

    @Test
    void markThatWasTriedBeforeIsNotFresh() {
        LoggedUsage usage = Samples.usage("a");
        store.faults((call, write, keys) -> write && keys.contains(DedupMark.key(usage)) ? Fault.FAIL_AFTER : Fault.NONE);
        collector.append(usage);
        pipeline.run();
        store.noFaults();
        pipeline.scheduler.runAll();
        pipeline.run();

        assertThat(stage.folded).hasSize(1);
        assertThat(marks()).as("the first of two tries").containsExactly(DedupMark.key(usage));
    }

    @Test
    void markOfWhatStoodInTheLogBeforeIsNotFresh() {
        collector.append(Samples.usage("a", ManualClock.NOON + 7, "1"));
        Collector restarted = new Collector(store);
        LoggedUsage later = Samples.usage("c", ManualClock.NOON + 8, "1");
        Pipeline next = new Pipeline(restarted, stage);
        restarted.append(Samples.usage("b"), later);
        next.run();

        assertThat(stage.folded).hasSize(3);
        assertThat(marks()).as("all three go together").containsExactly(DedupMark.key(later));
    }

    private List<String> marks() {
        return store.fresh().stream().filter(key -> key.startsWith("dedup/")).toList();
    }

    @Test
    void batchOfDuplicatesOnlyMovesTheCursorWithoutASend() {
        collector.append("a");
        pipeline.run();
        collector.append("a", "a");
        pipeline.run();

        assertThat(stage.sent).hasSize(1);
        assertThat(cursor().sequence()).isEqualTo(3);
    }

    @Test
    void markOutlivesEveryUsageThatCouldRepeatIt() {
        collector.append("a");
        pipeline.run();

        String mark = store.documents().keySet().stream().filter(key -> key.startsWith("dedup/")).findFirst().orElseThrow();
        assertThat(store.expiry(mark))
                .isEqualTo(ManualClock.NOON + Duration.ofHours(49).toMillis() + Duration.ofDays(400).toMillis());
    }

    @Test
    void rejectionIsStoredBeforeTheCursorMoves() {
        collector.append("a", "bad", "c");
        stage.rejects = usage -> usage.position() == 1;
        store.faults((call, write, keys) -> {
            if (write && keys.contains(Keys.cursor(0))) {
                assertThat(store.documents()).containsKey(Keys.rejected(0, 1));
            }
            return Fault.NONE;
        });
        pipeline.run();

        assertThat(collector.log.documents().rejection(0, 1))
                .contains(new Rejection(1, "meter", "not_finite", "rejected"));
        assertThat(stage.positions()).containsExactly(0L, 2L);
        assertThat(pipeline.settled("rejected")).isEqualTo(1);
        assertThat(cursor().position()).isEqualTo(2);
    }

    @Test
    void failureToStoreARejectionKeepsTheCursorAndTheStageAnswersItAgain() {
        collector.append("bad");
        stage.rejects = usage -> true;
        boolean[] failed = {false};
        store.faults((call, write, keys) -> {
            boolean first = write && keys.contains(Keys.rejected(0, 0)) && !failed[0];
            failed[0] |= first;
            return first ? Fault.FAIL_BEFORE : Fault.NONE;
        });
        pipeline.run();
        assertThat(cursor()).isEqualTo(Cursor.START);
        pipeline.finish();

        assertThat(cursor().position()).isZero();
        assertThat(collector.log.documents().rejection(0, 0)).isPresent();
        assertThat(stage.sent).hasSize(2);
    }

    @Test
    void requestsUnderWayGoFirstButNotForEver() {
        append(1);
        pipeline.underWay = 1;
        Pipeline.OneDriver driver = pipeline.driver();
        assertThat(driver.driveOnce()).isEqualTo(new Driver.Step.Retry(IntakeFirst.PAUSE));
        assertThat(stage.sent).isEmpty();

        pipeline.underWay = 0;
        assertThat(driver.driveOnce()).isEqualTo(new Driver.Step.Driven());
        append(1);
        pipeline.underWay = 1;
        assertThat(driver.driveOnce()).isEqualTo(new Driver.Step.Retry(IntakeFirst.PAUSE));
        collector.clock.advance(Pipeline.LIMIT);
        assertThat(driver.driveOnce()).isEqualTo(new Driver.Step.Driven());
        append(1);
        collector.clock.advance(Pipeline.LIMIT.negated());
        collector.clock.advance(Pipeline.LIMIT.negated());
        assertThat(driver.driveOnce()).as("accepted by a clock that is far ahead").isEqualTo(new Driver.Step.Driven());
    }

    @Test
    void driverThatStalledBehindAnotherIsHarmless() {
        append(10);
        Pipeline.OneDriver stalled = pipeline.driver();
        Pipeline.OneDriver successor = pipeline.driver();
        List<Runnable> meanwhile = new ArrayList<>(List.of(() -> {
            while (!(successor.driveOnce() instanceof Driver.Step.Idle)) {
                // Until all is driven.
            }
        }));
        stage.before = (call, batch) -> {
            if (!meanwhile.isEmpty()) {
                meanwhile.remove(0).run();
            }
        };
        assertThat(stalled.driveOnce()).isEqualTo(new Driver.Step.Driven());
        assertThat(stalled.driveOnce()).isEqualTo(new Driver.Step.Idle());

        assertThat(stage.positions()).hasSize(10).isSorted().doesNotHaveDuplicates();
        assertThat(cursor().sequence()).isEqualTo(10);
        assertThat(pipeline.settled("duplicate")).isZero();
    }

    @Test
    void cursorIsReadAgainAfterTheMarksBecauseTheyMayHaveGoneMeanwhile() {
        collector.append("a");
        pipeline.driver().driveOnce();
        collector.append("a");
        Pipeline.OneDriver stalled = pipeline.driver();
        Pipeline.OneDriver successor = pipeline.driver();
        boolean[] overtaken = {false};
        store.faults((call, write, keys) -> {
            if (write && keys.get(0).startsWith("dedup/") && !overtaken[0]) {
                // Stalled before its mark: the successor passes the duplicate, and the first one's mark goes.
                overtaken[0] = true;
                successor.driveOnce();
                store.documents().remove(keys.get(0));
            }
            return Fault.NONE;
        });
        stalled.driveOnce();

        assertThat(overtaken[0]).isTrue();
        assertThat(stage.sent).hasSize(1);
        assertThat(stage.positions()).containsExactly(0L);
    }

    @Test
    void stoppedDriverTakesNoNewBatch() {
        append(600);
        pipeline.executor.runOne();
        pipeline.drivers.stop();
        pipeline.run();
        pipeline.drivers.wake(0);
        pipeline.run();
        assertThat(stage.folded).hasSize(500);
    }

    @Test
    void wakeDuringATurnIsNotLost() {
        collector.append("a");
        boolean[] once = {true};
        store.faults((call, write, keys) -> {
            if (!write && keys.contains(Keys.segment(0, 1)) && once[0]) {
                // The driver looks for segment 1, does not find it, and is woken before it has become idle.
                once[0] = false;
                pipeline.drivers.wake(0);
            }
            return Fault.NONE;
        });
        pipeline.executor.runOne();
        assertThat(once[0]).isFalse();
        pipeline.run();
        assertThat(pipeline.drivers.idle()).isTrue();
    }

    @Test
    void oldestUsageNotDrivenIsMeasuredByLogTime() {
        stage.before = (call, batch) -> {
            throw new StageUnavailableException("away", null);
        };
        collector.append("a");
        collector.clock.advance(Duration.ofSeconds(90));
        collector.append("b");
        pipeline.run();
        assertThat(pipeline.meters.get("quipu.collector.oldest.unprocessed").timeGauge()
                .value(TimeUnit.SECONDS)).isEqualTo(90);
        assertThat(pipeline.meters.get("quipu.collector.backlog.usages").gauge().value()).isEqualTo(2);
        stage.before = (call, batch) -> { };
        pipeline.finish();
        assertThat(pipeline.meters.get("quipu.collector.oldest.unprocessed").timeGauge()
                .value(TimeUnit.SECONDS)).isZero();
    }
}
