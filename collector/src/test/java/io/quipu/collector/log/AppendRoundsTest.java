package io.quipu.collector.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quipu.collector.log.UsageLog.Appended;
import io.quipu.common.store.FaultyStore;
import io.quipu.common.store.FaultyStore.Fault;
import io.quipu.common.store.Write;
import io.quipu.common.usage.Keys;
import io.quipu.common.usage.Position;
import io.quipu.common.wire.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of the usage of several partitions that is written in one call. */
class AppendRoundsTest {

    private static final int PARTITIONS = 6;
    private static final int ROUNDS = 2;

    private final FaultyStore store = new FaultyStore();
    private final Collector collector = collector();
    private final List<Call> calls = new ArrayList<>();

    private record Call(boolean write, List<String> keys) {
    }

    /** A disturbance of the first write of segments. */
    @FunctionalInterface
    private interface FirstWrite {
        Fault happens();
    }

    @BeforeEach
    void open() {
        collector.log.open();
        collector.executor.runAll();
        watch();
    }

    private Collector collector() {
        return new Collector(store,
                new LogSettings(PARTITIONS, 1_000, ROUNDS, new LogTimes(Collector.LATENESS, Duration.ofDays(400))));
    }

    private void watch() {
        store.faults((call, write, keys) -> {
            calls.add(new Call(write, keys));
            return Fault.NONE;
        });
    }

    private void onFirstWrite(FirstWrite disturbance) {
        boolean[] happened = {false};
        store.faults((call, write, keys) -> {
            calls.add(new Call(write, keys));
            if (write && !happened[0]) {
                happened[0] = true;
                return disturbance.happens();
            }
            return Fault.NONE;
        });
    }

    /** Queues one usage in each of the first partitions, named after it. */
    private List<CompletableFuture<List<Appended>>> queueInFirst(int partitions) {
        return IntStream.range(0, partitions).mapToObj(p -> collector.queueIn(p, "u" + p)).toList();
    }

    private static List<String> keys(int partitions) {
        return IntStream.range(0, partitions).mapToObj(p -> Keys.segment(p, 0)).toList();
    }

    private static List<Appended> accepted(long segment) {
        return List.of(new Appended.Accepted(Position.of(segment, 0), ManualClock.NOON));
    }

    private static String code(CompletableFuture<?> failed) {
        return failed.handle((done, e) -> ((LogUnavailableException) e).code()).join();
    }

    @Test
    void usagesOfSeveralPartitionsAreWrittenInOneCallAndTheirTrimMarksReadInOne() {
        List<CompletableFuture<List<Appended>>> results = queueInFirst(5);
        CompletableFuture<List<Appended>> more = collector.queueIn(3, "more");
        assertThat(calls).as("nothing before the executor runs").isEmpty();

        collector.executor.runAll();

        assertThat(calls).containsExactly(new Call(true, keys(5)),
                new Call(false, IntStream.range(0, 5).mapToObj(Keys::trim).toList()));
        assertThat(results).allSatisfy(result -> assertThat(result).isCompletedWithValue(accepted(0)));
        assertThat(more).isCompletedWithValue(List.of(new Appended.Accepted(Position.of(0, 1), ManualClock.NOON)));
        assertThat(collector.logged(3)).containsExactly("u3", "more");
    }

    @Test
    void roundTakesNoFurtherPartitionAboveItsBytesAndTheRestFollows() {
        LoggedUsage large = Samples.usageOfInstance("x".repeat((int) (AppendRounds.MAX_BYTES / 4)), ManualClock.NOON);
        List<CompletableFuture<List<Appended>>> results = IntStream.range(0, PARTITIONS)
                .mapToObj(p -> collector.log.append(p, List.of(large))).toList();

        collector.executor.runAll();

        assertThat(calls.stream().filter(Call::write).map(Call::keys)).containsExactly(
                keys(PARTITIONS).subList(0, 4), keys(PARTITIONS).subList(4, PARTITIONS));
        assertThat(results).allSatisfy(result -> assertThat(result).isCompletedWithValue(accepted(0)));
    }

    @Test
    void partitionWhoseNumberIsTakenGoesOnAloneAfterTheOthersWereAnswered() {
        Collector other = collector();
        other.queueIn(1, "x");
        other.executor.runAll();
        calls.clear();
        List<CompletableFuture<List<Appended>>> results = queueInFirst(3);
        List<Boolean> answered = new ArrayList<>();
        store.faults((call, write, keys) -> {
            calls.add(new Call(write, keys));
            if (call >= 2) {
                answered.add(results.get(0).isDone() && results.get(2).isDone());
            }
            return Fault.NONE;
        });

        collector.executor.runAll();

        assertThat(calls.subList(0, 2)).containsExactly(new Call(true, keys(3)),
                new Call(false, List.of(Keys.trim(0), Keys.trim(2))));
        assertThat(answered).isNotEmpty().containsOnly(true);
        assertThat(results.get(0)).isCompletedWithValue(accepted(0));
        assertThat(results.get(1)).isCompletedWithValue(accepted(1));
        assertThat(results.get(2)).isCompletedWithValue(accepted(0));
        assertThat(collector.logged(1)).containsExactly("x", "u1");
        assertThat(collector.meters.get("quipu.collector.append.retries").tag("reason", "taken").counter().count())
                .isEqualTo(1);
    }

    @Test
    void unclearAnswerIsSettledForEachPartitionByItself() {
        // 0 and 1 were written, 2 and 3 were not, and in 3 another collector was faster.
        List<CompletableFuture<List<Appended>>> results = queueInFirst(4);
        onFirstWrite(() -> {
            collector.clock.advance(Duration.ofMinutes(1));
            store.apply(new Write.Insert(Keys.segment(3, 0), Json.write(new Segment(Segment.VERSION, 3, 0, "another",
                    ManualClock.NOON, 0, ManualClock.NOON, List.of(Samples.usage("x"))))));
            return Fault.FAIL_HALFWAY;
        });

        collector.executor.runAll();

        assertThat(results.subList(0, 3)).allSatisfy(result -> assertThat(result).isCompletedWithValue(accepted(0)));
        assertThat(results.get(3)).isCompletedWithValue(List.of(
                new Appended.Accepted(Position.of(1, 0), ManualClock.NOON + 60_000)));
        for (int partition = 0; partition < 3; partition++) {
            assertThat(collector.logged(partition)).containsExactly("u" + partition);
        }
        assertThat(collector.logged(3)).containsExactly("x", "u3");
        queueInFirst(4);
        collector.executor.runAll();
        assertThat(collector.logged(0)).as("the tail is known again").containsExactly("u0", "u0");
        assertThat(collector.logged(3)).containsExactly("x", "u3", "u3");
    }

    @Test
    void absentSegmentsAreTriedAgainWithTheSameBytesThoughTheClockHasMoved() {
        List<CompletableFuture<List<Appended>>> results = queueInFirst(3);
        onFirstWrite(() -> {
            collector.clock.advance(Duration.ofHours(60));
            return Fault.FAIL_BEFORE;
        });

        collector.executor.runAll();

        assertThat(results).allSatisfy(result -> assertThat(result).isCompletedWithValue(accepted(0)));
        assertThat(store.lost()).hasSize(3).allSatisfy(lost ->
                assertThat(store.documents().get(lost.key()).content()).isEqualTo(((Write.Insert) lost).content()));
        store.lost().forEach(late -> assertThat(store.apply(late).written()).as("has no effect any more").isFalse());
    }

    @Test
    void trimMarksThatCouldNotBeReadTogetherAreReadOneByOneAndNothingIsInsertedAgain() {
        List<CompletableFuture<List<Appended>>> results = queueInFirst(3);
        store.faults((call, write, keys) -> {
            calls.add(new Call(write, keys));
            return call == 1 ? Fault.FAIL_BEFORE : Fault.NONE;
        });

        collector.executor.runAll();

        assertThat(calls.stream().filter(Call::write)).containsExactly(new Call(true, keys(3)));
        assertThat(calls.subList(2, 5)).containsExactly(new Call(false, List.of(Keys.trim(0))),
                new Call(false, List.of(Keys.trim(1))), new Call(false, List.of(Keys.trim(2))));
        assertThat(results).allSatisfy(result -> assertThat(result).isCompletedWithValue(accepted(0)));
    }

    @Test
    void markRaisedWhileASegmentWasInsertedIsSeen() {
        List<CompletableFuture<List<Appended>>> results = queueInFirst(2);
        Trim raised = new Trim(Trim.VERSION, 5, 5, ManualClock.NOON, 40);
        onFirstWrite(() -> {
            store.apply(new Write.Insert(Keys.trim(1), Json.write(raised)));
            return Fault.NONE;
        });

        collector.executor.runAll();

        assertThat(results.get(0)).isCompletedWithValue(accepted(0));
        assertThat(results.get(1)).isCompletedWithValue(accepted(5));
        assertThat(store.documents()).doesNotContainKey(Keys.segment(1, 0));
        assertThat(collector.logged(1)).containsExactly("u1");
    }

    @Test
    void errorInARoundFailsWhatWasInItAndLeavesItsPartitionsUsable() {
        List<CompletableFuture<List<Appended>>> results = queueInFirst(3);
        List<CompletableFuture<List<Appended>>> meanwhile = new ArrayList<>();
        onFirstWrite(() -> {
            meanwhile.add(collector.queueIn(0, "meanwhile"));
            meanwhile.add(collector.queueIn(4, "meanwhile"));
            throw new OutOfMemoryError("injected");
        });

        assertThatThrownBy(collector.executor::runAll).isInstanceOf(OutOfMemoryError.class).hasMessage("injected");

        assertThat(results).allSatisfy(result -> assertThat(result).isCompletedExceptionally());
        assertThat(meanwhile).noneMatch(CompletableFuture::isDone);
        collector.executor.runAll();
        assertThat(meanwhile).allSatisfy(result -> assertThat(result).isCompletedWithValue(accepted(0)));
        List<CompletableFuture<List<Appended>>> again = queueInFirst(3);
        collector.executor.runAll();
        assertThat(again.get(0)).isCompletedWithValue(accepted(1));
        assertThat(again.subList(1, 3)).allSatisfy(result -> assertThat(result).isCompletedWithValue(accepted(0)));
        assertThat(collector.log.backlog().usages()).as("and nothing waits").isEqualTo(5);
        assertThat(roundsUnderWay()).isEqualTo(ROUNDS);
    }

    @Test
    void errorAfterTheInsertFailsTheAppendAndTheNextOneFindsTheTail() {
        List<CompletableFuture<List<Appended>>> results = queueInFirst(2);
        store.faults((call, write, keys) -> {
            if (call == 1) {
                throw new OutOfMemoryError("injected");
            }
            return Fault.NONE;
        });
        assertThatThrownBy(collector.executor::runAll).isInstanceOf(OutOfMemoryError.class);
        assertThat(results).allSatisfy(result -> assertThat(result).isCompletedExceptionally());

        List<CompletableFuture<List<Appended>>> again = queueInFirst(2);
        collector.executor.runAll();

        assertThat(again).allSatisfy(result -> assertThat(result).isCompletedWithValue(accepted(1)));
        assertThat(collector.logged(1)).containsExactly("u1", "u1");
    }

    @Test
    void refusingExecutorRefusesAllThatWaitsAndWhatIsInARoundIsAnswered() {
        List<CompletableFuture<List<Appended>>> results = queueInFirst(3);
        List<CompletableFuture<List<Appended>>> waiting = new ArrayList<>();
        CompletableFuture<?>[] stopped = new CompletableFuture<?>[1];
        onFirstWrite(() -> {
            collector.executor.close();
            waiting.add(collector.queueIn(0, "behind"));
            waiting.add(collector.queueIn(4, "elsewhere"));
            stopped[0] = collector.log.stop();
            return Fault.NONE;
        });

        collector.executor.runAll();

        assertThat(results).allSatisfy(result -> assertThat(result).isCompletedWithValue(accepted(0)));
        assertThat(waiting).extracting(AppendRoundsTest::code).containsOnly("stopping");
        assertThat(stopped[0]).as("all that was taken is durable or refused").isCompleted();
        assertThat(collector.log.backlog().usages()).isEqualTo(3);
        assertThat(collector.logged(0)).containsExactly("u0");
    }

    @Test
    void executorThatRefusesFromTheStartRefusesEveryAppend() {
        collector.executor.close();

        assertThat(queueInFirst(3)).extracting(AppendRoundsTest::code).containsOnly("stopping");
        assertThat(queueInFirst(3)).as("again").extracting(AppendRoundsTest::code).containsOnly("stopping");
        assertThat(calls).isEmpty();
    }

    @Test
    void noMoreRoundsAtATimeThanTheSetting() {
        // Usage of further partitions comes while a round writes, and the rounds that it may have begin at once.
        int[] depth = new int[2];
        store.faults((call, write, keys) -> {
            if (write && call < 10) {
                depth[0]++;
                depth[1] = Math.max(depth[1], depth[0]);
                collector.queueIn(depth[0], "a" + call);
                collector.queueIn(depth[0] + ROUNDS, "b" + call);
                assertThat(collector.executor.waiting()).isEqualTo(depth[0] < ROUNDS ? 1 : 0);
                collector.executor.runAll();
                depth[0]--;
            }
            return Fault.NONE;
        });
        CompletableFuture<List<Appended>> first = collector.queueIn(0, "u0");

        collector.executor.runAll();

        assertThat(depth[1]).isEqualTo(ROUNDS);
        assertThat(first).isCompletedWithValue(accepted(0));
        assertThat(collector.log.backlog().usages()).isEqualTo(IntStream.range(0, PARTITIONS)
                .map(partition -> collector.logged(partition).size()).sum()).isGreaterThan(ROUNDS);
        assertThat(roundsUnderWay()).isEqualTo(ROUNDS);
    }

    /** How many rounds begin when all partitions wait. */
    private int roundsUnderWay() {
        queueInFirst(PARTITIONS);
        int begun = collector.executor.waiting();
        collector.executor.runAll();
        return begun;
    }
}
