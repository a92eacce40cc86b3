package io.quipu.collector.drive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quipu.collector.log.Collector;
import io.quipu.collector.log.Samples;
import io.quipu.common.stage.Batch;
import io.quipu.common.stage.Batches;
import io.quipu.common.stage.StageUnavailableException;
import io.quipu.common.stage.StaleBatchException;
import io.quipu.common.store.FaultyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

/** Which partitions have their turns together, and what one of them does to the others. */
class SharedRoundsTest {

    private static final Duration INTERVAL = Duration.ofMillis(70);

    /** Four partitions. */
    private static final class Four {
        private final FaultyStore store = new FaultyStore();
        private final Collector collector = new Collector(store, 4, 100_000, Duration.ofDays(400));
        private final List<List<Integer>> calls = new ArrayList<>();
        private final FoldingStage stage = new FoldingStage();
        private final Pipeline pipeline = new Pipeline(collector, batches -> {
            calls.add(batches.stream().map(Batch::partition).toList());
            return stage.send(batches);
        }, INTERVAL);
        private int appended;

        void append(int partition, int usages) {
            append(collector, partition, usages);
        }

        void append(Collector by, int partition, int usages) {
            by.log.append(partition, IntStream.range(0, usages)
                    .mapToObj(i -> Samples.usage("p" + partition + "u" + appended++)).toList());
            by.executor.runAll();
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
    void roundTakesNoFurtherPartitionOnceItHasEnough() {
        Four four = new Four();
        four.append(0, DriveRounds.ENOUGH_USAGES - 1);
        four.append(1, 2 * Batch.MAX_USAGES);
        four.append(2, 1);
        four.append(3, 1);
        four.pipeline.run();

        assertThat(four.calls).containsExactly(List.of(0, 1), List.of(2, 3, 1));
        assertThat(four.stage.folded).hasSize(DriveRounds.ENOUGH_USAGES - 1 + 2 * Batch.MAX_USAGES + 2);
    }

    @Test
    void roundHoldsNoMoreUsageThanMayGoTogetherAndTheNextOneBeginsWithTheRest() {
        Four four = new Four();
        Collector other = new Collector(four.store, 4, 100_000, Duration.ofDays(400));
        for (int partition = 0; partition < 4; partition++) {
            four.append(other, partition, 2 * Batch.MAX_USAGES);
            four.pipeline.drivers.wake(partition);
        }
        assertThat(four.collector.log.backlog().usages()).as("known before reading").isZero();
        four.pipeline.run();

        assertThat(four.calls).startsWith(List.of(0, 1));
        assertThat(four.calls).allMatch(partitions -> partitions.size() <= 2).hasSizeGreaterThanOrEqualTo(4);
        assertThat(four.stage.sent).allMatch(batch -> batch.usage().size() == Batches.MAX_USAGES / 2);
        assertThat(four.stage.folded).hasSize(8 * Batch.MAX_USAGES);
    }

    @Test
    void partitionsThatAlwaysHaveMoreDoNotKeepTheOthersFromTheirTurn() {
        Four four = new Four();
        four.append(0, Batch.MAX_USAGES);
        four.append(1, Batch.MAX_USAGES);
        four.append(2, 1);
        four.append(3, 1);
        int[] calls = {0};
        four.stage.after = (call, batch) -> {
            if (batch.partition() < 2 && calls[0]++ < 6) {
                four.append(batch.partition(), 2 * Batch.MAX_USAGES);
            }
        };
        four.pipeline.run();

        assertThat(four.calls).startsWith(List.of(0), List.of(1), List.of(2, 3));
    }

    @Test
    void afterAnErrorEachPartitionOfTheRoundGoesAlone() {
        Four four = new Four();
        four.stage.before = (call, batch) -> {
            if (batch.partition() == 1) {
                throw new StackOverflowError("injected");
            }
        };
        four.append(0, 1);
        four.append(1, 1);
        four.append(2, 1);
        assertThatThrownBy(four.pipeline::run).isInstanceOf(StackOverflowError.class);
        four.pipeline.scheduler.runAll();
        for (int turn = 0; turn < 3; turn++) {
            try {
                four.pipeline.run();
            } catch (StackOverflowError again) {
                assertThat(four.calls).last().isEqualTo(List.of(1));
            }
        }

        assertThat(four.calls).contains(List.of(0), List.of(1), List.of(2));
        assertThat(four.stage.folded).hasSize(2);
        four.stage.before = (call, batch) -> { };
        four.pipeline.finish();
        assertThat(four.stage.folded).hasSize(3);
    }

    @Test
    void partitionOfWhichMuchIsRejectedGoesAlone() {
        Four four = new Four();
        four.append(1, 9);
        four.append(2, 1);
        four.stage.rejects = usage -> usage.position() >= 0 && four.calls.size() == 1 && four.stage.sent.size() == 1;
        four.pipeline.run();
        four.stage.rejects = usage -> false;
        four.append(2, 1);
        four.append(1, 1);
        four.pipeline.scheduler.runAll();
        four.pipeline.run();

        assertThat(four.calls).containsExactly(List.of(1, 2), List.of(1), List.of(2));
        four.append(2, 1);
        four.append(1, 1);
        four.pipeline.scheduler.runAll();
        four.pipeline.run();
        assertThat(four.calls).last().asInstanceOf(InstanceOfAssertFactories.LIST).hasSize(2);
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
}
