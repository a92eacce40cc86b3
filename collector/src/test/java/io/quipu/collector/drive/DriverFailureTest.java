package io.quipu.collector.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.collector.log.Collector;
import io.quipu.collector.log.Cursor;
import io.quipu.collector.log.LoggedUsage;
import io.quipu.collector.log.Samples;
import io.quipu.common.stage.BatchAnswer;
import io.quipu.common.stage.StageBrokenException;
import io.quipu.common.stage.StageUnavailableException;
import io.quipu.common.stage.StaleBatchException;
import io.quipu.common.store.FaultyStore;
import io.quipu.common.store.FaultyStore.Fault;
import io.quipu.common.store.Write;
import io.quipu.common.usage.Keys;
import io.quipu.common.usage.Rejection;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DriverFailureTest {

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
    void staleBatchIsAnsweredByReadingTheCursorAgainAtOnceAndLaterWhenThatHasNotHelped() {
        collector.append("a");
        stage.before = (call, batch) -> {
            if (call < 3) {
                throw new StaleBatchException("stale");
            }
        };
        pipeline.run();
        assertThat(stage.sent).hasSize(2);
        assertThat(pipeline.scheduler.delays()).hasSize(1);
        pipeline.finish();
        assertThat(stage.positions()).containsExactly(0L);
    }

    @Test
    void unavailableStageIsTriedForEverWithGrowingWaits() {
        collector.append("a");
        stage.before = (call, batch) -> {
            if (call < 3) {
                throw new StageUnavailableException("away", null);
            }
        };
        pipeline.finish();

        List<Duration> delays = pipeline.scheduler.delays();
        assertThat(delays).hasSize(3);
        for (int i = 0; i < 3; i++) {
            assertThat(delays.get(i)).isBetween(Pipeline.FIRST.multipliedBy(1L << i).dividedBy(2),
                    Pipeline.FIRST.multipliedBy(1L << i));
        }
        assertThat(stage.positions()).containsExactly(0L);
    }

    @Test
    void stageThatSaysWhenIsNotAskedBefore() {
        collector.append("a");
        stage.before = (call, batch) -> {
            if (call == 0) {
                throw new StageUnavailableException("busy", Duration.ofSeconds(7));
            }
            if (call == 1) {
                throw new StageUnavailableException("busy", Duration.ofDays(7));
            }
        };
        pipeline.finish();
        assertThat(pipeline.scheduler.delays()).containsExactly(Duration.ofSeconds(7), Pipeline.LONGEST);
    }

    @Test
    void openBreakerIsWaitedForWithoutCallsOrMarks() {
        collector.append("a");
        stage.before = (call, batch) -> {
            throw new StageUnavailableException("away", null);
        };
        for (int i = 0; i < 4; i++) {
            pipeline.run();
            pipeline.scheduler.runAll();
        }
        assertThat(stage.sent).hasSize(4);
        assertThat(pipeline.breaker.getState().name()).isEqualTo("OPEN");
        store.faults((call, write, keys) -> {
            assertThat(write).isFalse();
            return Fault.NONE;
        });
        pipeline.run();
        assertThat(stage.sent).hasSize(4);
        assertThat(pipeline.scheduler.delays()).last().matches(d -> d.compareTo(Pipeline.OPEN.dividedBy(2)) >= 0
                && d.compareTo(Pipeline.OPEN) <= 0);

        store.noFaults();
        stage.before = (call, batch) -> { };
        collector.clock.advance(Pipeline.OPEN.plusMillis(1));
        pipeline.scheduler.runAll();
        pipeline.run();
        assertThat(stage.positions()).containsExactly(0L);
        assertThat(pipeline.breaker.getState().name()).isEqualTo("CLOSED");
    }

    @Test
    void brokenStageDoesNotOpenTheBreakerAndNothingKeepsItsPermission() {
        append(3);
        stage.before = (call, batch) -> {
            throw new StageBrokenException("bug");
        };
        for (int i = 0; i < 20; i++) {
            pipeline.run();
            pipeline.scheduler.runAll();
        }
        assertThat(pipeline.breaker.getState().name()).isEqualTo("CLOSED");
        assertThat(pipeline.breaker.getMetrics().getNumberOfFailedCalls()).isZero();
    }

    /** Opens the breaker and lets its wait pass: the next call is the one that is tried. */
    private void halfOpen() {
        stage.before = (call, batch) -> {
            throw new StageUnavailableException("away", null);
        };
        for (int i = 0; i < 4; i++) {
            pipeline.run();
            pipeline.scheduler.runAll();
        }
        assertThat(pipeline.breaker.getState().name()).isEqualTo("OPEN");
        assertThat(stage.sent).hasSize(4);
        collector.clock.advance(Pipeline.OPEN.plusMillis(1));
        stage.before = (call, batch) -> { };
    }

    private void retry() {
        pipeline.scheduler.runAll();
        pipeline.run();
    }

    @Test
    void roundsThatFailBeforeTheySendLeaveTheTrialOfAHalfOpenBreakerToTheNext() {
        collector.append("a");
        halfOpen();
        int[] marks = new int[1];
        store.faults((call, write, keys) -> {
            if (write && keys.stream().allMatch(key -> key.startsWith("dedup/"))) {
                marks[0]++;
                return Fault.FAIL_BEFORE;
            }
            return Fault.NONE;
        });
        for (int i = 0; i < 3; i++) {
            retry();
        }
        assertThat(marks[0]).as("rounds that got as far as the marks").isEqualTo(3);
        assertThat(stage.sent).hasSize(4);
        assertThat(pipeline.breaker.getState().name()).isEqualTo("HALF_OPEN");

        store.noFaults();
        retry();
        assertThat(stage.sent).hasSize(5);
        assertThat(pipeline.breaker.getState().name()).isEqualTo("CLOSED");
        assertThat(stage.positions()).containsExactly(0L);
    }

    @Test
    void roundWithNothingToSendLeavesTheTrialOfAHalfOpenBreakerToTheNext() {
        collector.append("a");
        halfOpen();
        Collector other = new Collector(store);
        store.faults((call, write, keys) -> {
            // Another collector has driven it before this one reads the cursor again.
            if (write && keys.stream().allMatch(key -> key.startsWith("dedup/"))) {
                store.noFaults();
                other.drivenTo(0);
            }
            return Fault.NONE;
        });
        retry();
        assertThat(stage.sent).hasSize(4);
        assertThat(cursor().position()).isZero();
        assertThat(pipeline.breaker.getState().name()).isEqualTo("HALF_OPEN");

        collector.append("b");
        pipeline.run();
        assertThat(stage.sent).hasSize(5);
        assertThat(pipeline.breaker.getState().name()).isEqualTo("CLOSED");
    }

    @Test
    void unexpectedFailureOfTheCallThatIsTriedLeavesTheTrialToTheNext() {
        collector.append("a");
        halfOpen();
        stage.before = (call, batch) -> {
            throw new IllegalStateException("bug");
        };
        for (int i = 0; i < 3; i++) {
            retry();
        }
        assertThat(stage.sent).hasSize(7);
        assertThat(pipeline.breaker.getState().name()).isEqualTo("HALF_OPEN");

        stage.before = (call, batch) -> { };
        retry();
        assertThat(pipeline.breaker.getState().name()).isEqualTo("CLOSED");
        assertThat(stage.positions()).containsExactly(0L);
    }

    @Test
    void halvingNamesTheUsageAndWhatStandsBeforeItIsDriven() {
        append(500);
        stage.before = (call, batch) -> {
            if (batch.usage().stream().anyMatch(usage -> usage.position() == 321)) {
                throw new IllegalStateException("bug");
            }
        };
        pipeline.run();
        while (pipeline.stuck() == 0) {
            pipeline.scheduler.runAll();
            pipeline.run();
        }
        assertThat(stage.folded).hasSize(321);
        assertThat(cursor().position()).isEqualTo(320);
        assertThat(pipeline.stuck()).isEqualTo(1);
        assertThat(stage.sent.size()).as("calls until it was named").isLessThanOrEqualTo(20);
        pipeline.scheduler.runAll();
        pipeline.run();
        assertThat(pipeline.stuck()).as("counted once").isEqualTo(1);

        stage.before = (call, batch) -> { };
        pipeline.finish();
        assertThat(pipeline.stuck()).isZero();
        assertThat(stage.folded).hasSize(500);
        assertThat(stage.positions()).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void stuckPartitionLetsTheOthersGoOn() {
        Collector two = new Collector(new FaultyStore(), 2, 1_000, Duration.ofDays(400));
        Pipeline both = new Pipeline(two, stage);
        stage.before = (call, batch) -> {
            if (batch.partition() == 0) {
                throw new StageBrokenException("bug");
            }
        };
        two.log.append(0, List.of(Samples.usage("a")));
        two.log.append(1, List.of(Samples.usage("a")));
        two.executor.runAll();
        both.run();

        assertThat(both.stuck()).isEqualTo(1);
        assertThat(two.log.documents().cursor(1).document().position()).isZero();
        assertThat(two.log.documents().cursor(0).document()).isEqualTo(Cursor.START);
    }

    @Test
    void missingPlanVersionAndUnreadableLogAreStuckNotLost() {
        collector.append("a");
        pipeline.plan = Optional.empty();
        pipeline.run();
        assertThat(pipeline.stuck()).isEqualTo(1);
        pipeline.plan = Optional.of(Samples.PLAN);
        pipeline.finish();
        assertThat(pipeline.stuck()).isZero();

        store.apply(new Write.Insert(Keys.segment(0, 1), "{\"version\":99}".getBytes()));
        pipeline.drivers.wake(0);
        pipeline.run();
        assertThat(pipeline.stuck()).isEqualTo(1);
        assertThat(pipeline.scheduler.waiting()).isEqualTo(1);
    }

    @Test
    void answerThatDoesNotBelongToTheBatchIsNotBelieved() {
        for (BatchAnswer wrong : List.of(new BatchAnswer(7, List.of()),
                new BatchAnswer(0, List.of(new Rejection(3, "meter", "x", "x"))))) {
            FaultyStore fresh = new FaultyStore();
            Collector one = new Collector(fresh);
            Pipeline liar = new Pipeline(one, batches -> List.of(wrong));
            one.append("a");
            liar.run();
            assertThat(one.log.documents().cursor(0).document()).isEqualTo(Cursor.START);
            assertThat(liar.stuck()).isEqualTo(1);
        }
    }
}
