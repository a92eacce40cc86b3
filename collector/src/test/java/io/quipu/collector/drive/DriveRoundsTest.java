package io.quipu.collector.drive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quipu.collector.drive.DriverLoop.State;
import io.quipu.collector.log.Collector;
import io.quipu.collector.log.Cursor;
import io.quipu.collector.log.LoggedUsage;
import io.quipu.collector.log.ManualExecutor;
import io.quipu.collector.log.Samples;
import io.quipu.common.stage.Batch;
import io.quipu.common.stage.Batches;
import io.quipu.common.stage.StageUnavailableException;
import io.quipu.common.stage.StaleBatchException;
import io.quipu.common.store.FaultyStore;
import io.quipu.common.store.FaultyStore.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** When a partition has its next turn, and which partitions have theirs together. */
class DriveRoundsTest {

    private static final Duration INTERVAL = Duration.ofMillis(70);

    private final FaultyStore store = new FaultyStore();
    private final Collector collector = new Collector(store);
    private final FoldingStage stage = new FoldingStage();
    private final Pipeline pipeline = new Pipeline(collector, stage, INTERVAL);
    private final ManualExecutor executor = pipeline.executor;
    private final ManualScheduler timer = pipeline.scheduler;
    private final Drivers drivers = pipeline.drivers;
    private int appended;

    private void append(int usages) {
        collector.append(IntStream.range(0, usages).mapToObj(i -> Samples.usage("u" + appended++))
                .toArray(LoggedUsage[]::new));
    }

    @Test
    void afterABatchThatTookAllThereWasTheNextTurnComesAfterTheInterval() {
        append(3);
        assertThat(drivers.state(0)).isEqualTo(State.QUEUED);
        executor.runAll();

        assertThat(stage.sent).hasSize(1);
        assertThat(drivers.state(0)).isEqualTo(State.WAITING);
        assertThat(timer.delays()).containsExactly(INTERVAL);
        timer.runAll();
        assertThat(drivers.state(0)).isEqualTo(State.QUEUED);
        executor.runAll();
        assertThat(stage.sent).as("nothing has come").hasSize(1);
        assertThat(drivers.state(0)).isEqualTo(State.IDLE);
        assertThat(timer.waiting()).isZero();
    }

    @Test
    void afterAFullBatchTheNextTurnComesAtOnce() {
        append(2 * Batch.MAX_USAGES);
        append(1);
        executor.runOne();
        assertThat(drivers.state(0)).isEqualTo(State.QUEUED);
        assertThat(timer.delays()).isEmpty();

        executor.runAll();

        assertThat(stage.sent).extracting(batch -> batch.usage().size())
                .containsExactly(Batch.MAX_USAGES, Batch.MAX_USAGES, 1);
        assertThat(timer.delays()).containsExactly(INTERVAL);
    }

    @Test
    void batchThatIsExactlyFullAndTookAllThereWasIsFollowedByTheInterval() {
        append(Batch.MAX_USAGES);
        executor.runAll();

        assertThat(stage.sent).hasSize(1);
        assertThat(timer.delays()).containsExactly(INTERVAL);
    }

    @Test
    void whatComesDuringTheIntervalIsDrivenTogetherWhenItIsOver() {
        append(1);
        executor.runAll();
        append(1);
        append(2);

        assertThat(drivers.state(0)).isEqualTo(State.WAITING);
        assertThat(executor.waiting()).isZero();
        timer.runAll();
        executor.runAll();

        assertThat(stage.sent).extracting(batch -> batch.usage().size()).containsExactly(1, 3);
        assertThat(timer.delays()).containsExactly(INTERVAL, INTERVAL);
    }

    @Test
    void whatComesWhileABatchIsUnderWayIsDrivenAfterTheInterval() {
        stage.after = (call, batch) -> {
            if (call == 0) {
                append(1);
            }
        };
        append(1);
        executor.runAll();
        assertThat(drivers.state(0)).isEqualTo(State.WAITING);
        timer.runAll();
        executor.runAll();

        assertThat(stage.sent).hasSize(2);
    }

    @Test
    void whatComesWhileATurnFindsNothingIsDrivenAtOnce() {
        boolean[] came = {false};
        append(1);
        executor.runAll();
        timer.runAll();
        store.faults((call, write, keys) -> {
            // The cursor was read, and the next segment will be found absent.
            if (call == 1) {
                came[0] = true;
                drivers.wake(0);
            }
            return Fault.NONE;
        });
        executor.runOne();
        assertThat(came[0]).isTrue();
        assertThat(drivers.state(0)).isEqualTo(State.QUEUED);
        assertThat(executor.waiting()).isEqualTo(1);
        executor.runAll();
        assertThat(drivers.state(0)).isEqualTo(State.IDLE);
        assertThat(timer.delays()).containsExactly(INTERVAL);
    }

    @Test
    void stopDuringTheIntervalLeavesItIdle() {
        append(1);
        executor.runAll();
        assertThat(drivers.state(0)).isEqualTo(State.WAITING);

        drivers.stop();

        assertThat(drivers.state(0)).isEqualTo(State.IDLE);
        append(1);
        timer.runAll();
        assertThat(executor.waiting()).isZero();
        assertThat(drivers.state(0)).isEqualTo(State.IDLE);
        assertThat(stage.sent).hasSize(1);
    }

    @Test
    void stopDuringABatchLetsItFinishAndNoTurnFollows() {
        stage.before = (call, batch) -> drivers.stop();
        append(Batch.MAX_USAGES + 1);
        executor.runAll();

        assertThat(drivers.state(0)).isEqualTo(State.IDLE);
        assertThat(stage.sent).hasSize(1);
        assertThat(collector.log.documents().cursor(0).document().sequence()).isEqualTo(Batch.MAX_USAGES);
        assertThat(timer.delays()).isEmpty();
    }

    @Test
    void errorEndsTheTurnAndThePartitionIsTriedAgainLater() {
        stage.before = (call, batch) -> {
            throw new OutOfMemoryError("injected");
        };
        append(1);
        assertThatThrownBy(executor::runAll).isInstanceOf(OutOfMemoryError.class);
        assertThat(drivers.state(0)).isEqualTo(State.WAITING);
        assertThat(timer.delays()).containsExactly(Duration.ofSeconds(30));
        stage.before = (call, batch) -> { };

        timer.runAll();
        executor.runAll();

        assertThat(stage.folded).hasSize(1);
    }

    /** Two rounds at a time, four partitions. */
    private static final class Four {
        private final Collector collector = new Collector(new FaultyStore(), 4, 100_000, Duration.ofDays(400));
        private final List<List<Integer>> calls = new ArrayList<>();
        private final FoldingStage stage = new FoldingStage();
        private final Pipeline pipeline = new Pipeline(collector, batches -> {
            calls.add(batches.stream().map(Batch::partition).toList());
            return stage.send(batches);
        }, INTERVAL);
        private int appended;

        void append(int partition, int usages) {
            collector.log.append(partition, IntStream.range(0, usages)
                    .mapToObj(i -> Samples.usage("p" + partition + "u" + appended++)).toList());
            collector.executor.runAll();
        }
    }

    @Test
    void partitionsThatWaitGoTogetherInTheOrderInWhichTheyCame() {
        Four four = new Four();
        four.append(2, 1);
        four.append(0, 3);
        four.append(3, 1);
        four.pipeline.run();

        assertThat(four.calls).containsExactly(List.of(2, 0, 3));
        assertThat(four.stage.folded).hasSize(5);
        assertThat(four.pipeline.scheduler.delays()).as("one timer for all").containsExactly(INTERVAL);
        four.append(1, 1);
        four.pipeline.scheduler.runAll();
        four.pipeline.run();
        assertThat(four.calls).hasSize(2).last().isEqualTo(List.of(1));
        assertThat(four.pipeline.drivers.idle()).isFalse();
        four.pipeline.finish();
        assertThat(four.pipeline.drivers.idle()).isTrue();
    }

    @Test
    void roundHoldsNoMoreUsageThanMayGoTogetherAndTheRestFollowsAtOnce() {
        Four four = new Four();
        for (int partition = 0; partition < 4; partition++) {
            four.append(partition, 2 * Batch.MAX_USAGES);
        }
        four.pipeline.run();

        assertThat(four.calls).containsExactly(List.of(0, 1, 2, 3), List.of(0, 1, 2, 3));
        assertThat(four.stage.sent).allMatch(batch -> batch.usage().size() == Batches.MAX_USAGES / 4);
        four.append(0, Batch.MAX_USAGES - 1);
        four.pipeline.scheduler.runAll();
        for (int partition = 1; partition < 4; partition++) {
            four.append(partition, Batch.MAX_USAGES);
        }
        four.pipeline.finish();
        assertThat(four.stage.folded).hasSize(12 * Batch.MAX_USAGES - 1);
    }

    @Test
    void whatAStageSaysToOneBatchIsForThatPartitionAlone() {
        Four four = new Four();
        boolean[] old = {true};
        four.stage.before = (call, batch) -> {
            if (batch.partition() == 1 && old[0]) {
                old[0] = false;
                throw new StaleBatchException("old");
            }
        };
        four.stage.rejects = usage -> usage.origin().resourceInstanceId().equals(Samples.usage("x").origin().resourceInstanceId())
                && usage.position() == 1;
        four.append(0, 2);
        four.append(1, 1);
        four.append(2, 2);
        four.pipeline.run();

        assertThat(four.calls).as("the stale one again, at once").containsExactly(List.of(0, 1, 2), List.of(1));
        assertThat(four.stage.folded).hasSize(3);
        assertThat(four.collector.log.documents().rejection(0, 1)).isPresent();
        assertThat(four.collector.log.documents().rejection(2, 1)).isPresent();
        for (int partition = 0; partition < 3; partition++) {
            assertThat(four.collector.log.documents().cursor(partition).document().sequence())
                    .isEqualTo(partition == 1 ? 1 : 2);
        }
    }

    @Test
    void roundThatFailsUnexpectedlyIsDrivenPartitionByPartitionAndWhoeverFailsAgainStaysAlone() {
        Four four = new Four();
        four.stage.before = (call, batch) -> {
            if (batch.partition() == 1) {
                throw new IllegalStateException("bug");
            }
        };
        four.append(0, 1);
        four.append(1, 1);
        four.append(2, 1);
        four.pipeline.run();
        assertThat(four.calls).containsExactly(List.of(0, 1, 2), List.of(0), List.of(1), List.of(2));
        assertThat(four.pipeline.stuck()).isEqualTo(1);
        assertThat(four.stage.folded).hasSize(2);

        four.calls.clear();
        four.append(3, 1);
        four.append(0, 1);
        four.pipeline.scheduler.runAll();
        four.pipeline.run();
        assertThat(four.calls).containsExactlyInAnyOrder(List.of(3, 0), List.of(1));

        four.stage.before = (call, batch) -> { };
        four.pipeline.finish();
        assertThat(four.pipeline.stuck()).isZero();
        assertThat(four.stage.folded).hasSize(5);
    }

    @Test
    void partitionThatKeepsFindingTheStageAwayIsTriedByItself() {
        Four four = new Four();
        int[] failures = {2};
        four.stage.before = (call, batch) -> {
            if (batch.partition() == 1 && failures[0] > 0) {
                failures[0]--;
                throw new StageUnavailableException("too slow", null);
            }
        };
        four.append(0, 1);
        four.append(1, 1);
        for (int turn = 0; turn < 3; turn++) {
            four.pipeline.run();
            four.pipeline.scheduler.runAll();
        }
        four.pipeline.finish();

        assertThat(four.calls).contains(List.of(0, 1), List.of(1));
        assertThat(four.stage.folded).hasSize(2);
        assertThat(four.pipeline.drivers.idle()).isTrue();
    }

    @Test
    void aStageThatAnswersTooFewBatchesIsNotBelieved() {
        Collector collector = new Collector(new FaultyStore());
        Pipeline pipeline = new Pipeline(collector, batches -> List.of());
        collector.append("a");
        pipeline.run();
        assertThat(collector.log.documents().cursor(0).document()).isEqualTo(Cursor.START);
        assertThat(pipeline.stuck()).isEqualTo(1);
    }
}
