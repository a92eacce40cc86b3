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
import io.quipu.common.store.FaultyStore;
import io.quipu.common.store.FaultyStore.Fault;
import io.quipu.common.store.Write;
import io.quipu.common.usage.Keys;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** When a partition has its next turn. */
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

    /** Its turn was refused, and it has come back while the others of the round are driven: the round no longer concerns it. */
    @Test
    void roundEndsOnlyTheTurnsThatItHasBegun() {
        Collector collector = new Collector(new FaultyStore(), 2, 1_000, Duration.ofDays(400));
        Pipeline pipeline = new Pipeline(collector, stage, INTERVAL);
        collector.queueIn(0, "a");
        collector.queueIn(1, "b");
        collector.executor.runAll();
        collector.log.held().hold(List.of(1));
        stage.before = (call, batch) -> {
            if (call == 0) {
                collector.log.held().hold(List.of(0, 1));
                pipeline.drivers.wake(0);
            }
        };

        pipeline.executor.runOne();
        assertThat(stage.sent).extracting(Batch::partition).containsExactly(1);
        assertThat(pipeline.drivers.state(0)).isEqualTo(State.QUEUED);
        pipeline.executor.runAll();

        assertThat(stage.folded).hasSize(2);
        assertThat(pipeline.scheduler.delays()).containsExactly(INTERVAL, INTERVAL);
    }

    @Test
    void cursorThatCannotBeReadIsStuckWhateverTheTurnBeforeHeld() {
        append(3);
        executor.runAll();
        timer.runAll();
        executor.runAll();
        store.apply(new Write.Remove(Keys.cursor(0), store.get(Keys.cursor(0)).orElseThrow().version()));
        store.apply(new Write.Insert(Keys.cursor(0), "{\"version\":99}".getBytes()));
        drivers.wake(0);
        executor.runAll();

        assertThat(pipeline.stuck()).isEqualTo(1);
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
