package io.quipu.collector.drive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quipu.collector.drive.DriverLoop.State;
import io.quipu.collector.log.Collector;
import io.quipu.collector.log.LoggedUsage;
import io.quipu.collector.log.ManualExecutor;
import io.quipu.collector.log.Samples;
import io.quipu.common.stage.Batch;
import io.quipu.common.store.FaultyStore;
import io.quipu.common.store.FaultyStore.Fault;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** When a driver has its next turn. */
class DriverLoopTest {

    private static final Duration INTERVAL = Duration.ofMillis(70);

    private final FaultyStore store = new FaultyStore();
    private final Collector collector = new Collector(store);
    private final FoldingStage stage = new FoldingStage();
    private final Pipeline pipeline = new Pipeline(collector, stage, INTERVAL);
    private final ManualExecutor executor = pipeline.executor;
    private final ManualScheduler timer = pipeline.scheduler;
    private final DriverLoop loop = new DriverLoop(pipeline.driver(), executor, timer, INTERVAL);
    private int appended;

    DriverLoopTest() {
        collector.log.onAppended(partition -> loop.wake());
    }

    private void append(int usages) {
        collector.append(IntStream.range(0, usages).mapToObj(i -> Samples.usage("u" + appended++))
                .toArray(LoggedUsage[]::new));
    }

    @Test
    void afterABatchThatTookAllThereWasTheNextTurnComesAfterTheInterval() {
        append(3);
        assertThat(loop.state()).isEqualTo(State.QUEUED);
        executor.runAll();

        assertThat(stage.sent).hasSize(1);
        assertThat(loop.state()).isEqualTo(State.WAITING);
        assertThat(timer.delays()).containsExactly(INTERVAL);
        timer.runAll();
        assertThat(loop.state()).isEqualTo(State.QUEUED);
        executor.runAll();
        assertThat(stage.sent).as("nothing has come").hasSize(1);
        assertThat(loop.state()).isEqualTo(State.IDLE);
        assertThat(timer.waiting()).isZero();
    }

    @Test
    void afterAFullBatchTheNextTurnComesAtOnce() {
        append(2 * Batch.MAX_USAGES);
        append(1);
        executor.runOne();
        assertThat(loop.state()).isEqualTo(State.QUEUED);
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

        assertThat(loop.state()).isEqualTo(State.WAITING);
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
        assertThat(loop.state()).isEqualTo(State.WAITING);
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
                loop.wake();
            }
            return Fault.NONE;
        });
        executor.runOne();
        assertThat(came[0]).isTrue();
        assertThat(loop.state()).isEqualTo(State.QUEUED);
        assertThat(executor.waiting()).isEqualTo(1);
        executor.runAll();
        assertThat(loop.state()).isEqualTo(State.IDLE);
        assertThat(timer.delays()).containsExactly(INTERVAL);
    }

    @Test
    void stopDuringTheIntervalLeavesItIdle() {
        append(1);
        executor.runAll();
        assertThat(loop.state()).isEqualTo(State.WAITING);

        loop.stop();

        assertThat(loop.state()).isEqualTo(State.IDLE);
        append(1);
        timer.runAll();
        assertThat(executor.waiting()).isZero();
        assertThat(loop.state()).isEqualTo(State.IDLE);
        assertThat(stage.sent).hasSize(1);
    }

    @Test
    void stopDuringABatchLetsItFinishAndNoTurnFollows() {
        stage.before = (call, batch) -> loop.stop();
        append(Batch.MAX_USAGES + 1);
        executor.runAll();

        assertThat(loop.state()).isEqualTo(State.IDLE);
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
        assertThat(loop.state()).isEqualTo(State.WAITING);
        assertThat(timer.delays()).containsExactly(Duration.ofSeconds(30));
        stage.before = (call, batch) -> { };

        timer.runAll();
        executor.runAll();

        assertThat(stage.folded).hasSize(1);
    }
}
