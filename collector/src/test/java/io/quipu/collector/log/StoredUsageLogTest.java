package io.quipu.collector.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quipu.collector.lease.HeldPartitions;
import io.quipu.collector.log.UsageLog.Appended;
import io.quipu.common.store.FaultyStore;
import io.quipu.common.store.FaultyStore.Fault;
import io.quipu.common.store.Write;
import io.quipu.common.usage.Keys;
import io.quipu.common.usage.Position;
import io.quipu.common.wire.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StoredUsageLogTest {

    private static final String SEGMENT_0 = Keys.segment(0, 0);

    private final FaultyStore store = new FaultyStore();
    private final Collector collector = new Collector(store);

    @Test
    void concurrentAppendsStandInOneSegmentInTheOrderTheyCame() {
        CompletableFuture<List<Appended>> first = collector.queue("a", "b");
        CompletableFuture<List<Appended>> second = collector.queue("c");
        assertThat(first).isNotDone();

        collector.executor.runAll();

        assertThat(first).isCompletedWithValue(List.of(accepted(0, 0), accepted(0, 1)));
        assertThat(second).isCompletedWithValue(List.of(accepted(0, 2)));
        assertThat(collector.logged()).containsExactly("a", "b", "c");
        assertThat(collector.meters.get("quipu.collector.segment.usages").summary().count()).isEqualTo(1);
    }

    @Test
    void nextSegmentSaysHowManyUsagesStandBelowIt() {
        collector.append("a", "b");
        collector.append("c");

        assertThat(collector.segment(0).sequence()).isZero();
        assertThat(collector.segment(1).sequence()).isEqualTo(2);
    }

    @Test
    void segmentIsTheJsonOfItsRecord() {
        collector.append("a", "b");

        byte[] content = store.documents().get(SEGMENT_0).content();
        assertThat(new String(content)).isEqualTo(new String(Json.write(Json.read(content, Segment.class))));
    }

    @Test
    void segmentTakesSoManyUsagesAndTheRestStandsInTheNext() {
        List<CompletableFuture<List<Appended>>> results = new ArrayList<>();
        for (int call = 0; call < 5; call++) {
            results.add(collector.queue(IntStream.range(0, 1_000).mapToObj(Integer::toString).toArray(String[]::new)));
        }
        collector.executor.runAll();

        assertThat(results).allMatch(CompletableFuture::isDone);
        int first = collector.segment(0).usage().size();
        assertThat(first).isBetween(1, Appender.MAX_SEGMENT_USAGES);
        assertThat(store.documents().get(SEGMENT_0).content().length)
                .isLessThan(Appender.MAX_SEGMENT_BYTES + SegmentContent.MAX_ENVELOPE_BYTES + first);
        assertThat(collector.logged()).hasSize(5_000);
    }

    @Test
    void backlogAboveItsLimitIsRefusedBeforeAnythingIsQueued() {
        Collector small = new Collector(store, 1, 3, Duration.ofDays(400));
        small.append("a", "b");
        CompletableFuture<List<Appended>> third = small.queue("c");
        CompletableFuture<List<Appended>> fourth = small.queue("d");

        assertThat(third).isNotDone();
        assertThat(fourth).isCompletedExceptionally();
        assertThat(fourth.handle((ok, e) -> ((LogUnavailableException) e).code()).join()).isEqualTo("backlog_full");
        small.executor.runAll();
        assertThat(small.logged()).containsExactly("a", "b", "c");
        small.log.backlog().cursor(0, 3);
        assertThat(small.append("d")).hasSize(1);
    }

    @Test
    void theAgeOfTheOldestUsageIsKnownFromTheStartHoweverTheCursorStands() {
        collector.append("a", "b");
        collector.clock.advance(Duration.ofSeconds(60));
        collector.append("c", "d");
        collector.clock.advance(Duration.ofSeconds(30));
        assertThat(ageAfterRestart()).isEqualTo(90);

        collector.drivenTo(0);
        assertThat(ageAfterRestart()).isEqualTo(30);

        collector.drivenTo(1);
        assertThat(ageAfterRestart()).isZero();
    }

    private double ageAfterRestart() {
        Collector restarted = new Collector(store);
        restarted.clock.set(collector.clock.millis());
        restarted.log.open();
        restarted.executor.runAll();
        return restarted.meters.get("quipu.collector.oldest.unprocessed").timeGauge().value(TimeUnit.SECONDS);
    }

    @Test
    void restartFindsTailAndBacklog() {
        for (int i = 0; i < 9; i++) {
            collector.append("a" + i, "b" + i);
        }
        collector.drivenTo(3);
        Collector restarted = new Collector(store);
        List<Integer> woken = new ArrayList<>();
        restarted.log.onAppended(woken::add);
        assertThat(restarted.log.opened()).isFalse();

        restarted.log.open();
        restarted.executor.runAll();

        assertThat(restarted.log.opened()).isTrue();
        assertThat(woken).containsExactly(0);
        assertThat(restarted.log.backlog().usages()).isEqualTo(10);
        assertThat(restarted.meters.get("quipu.collector.backlog.usages").gauge().value()).isEqualTo(10);
        assertThat(restarted.append("c")).containsExactly(accepted(9, 0));
        restarted.log.open();
        assertThat(restarted.executor.waiting()).as("opened once").isZero();
    }

    @Test
    void usageThatEndedAfterAllThatIsMarkedHasNoMark() {
        assertThat(collector.log.mayBeMarked(0, Long.MAX_VALUE)).as("what stands in the log is not known").isTrue();
        collector.append("a");
        assertThat(collector.log.mayBeMarked(0, ManualClock.NOON)).as("the log was empty, nothing is driven").isFalse();
        collector.log.marking(0, ManualClock.NOON);
        assertThat(collector.log.mayBeMarked(0, ManualClock.NOON)).isTrue();
        assertThat(collector.log.mayBeMarked(0, ManualClock.NOON + 1)).isFalse();
    }

    @Test
    void afterARestartUsageMayBeMarkedThatStandsInTheLog() {
        collector.append(Samples.usage("a", ManualClock.NOON + 7, "1"));
        collector.append("b");
        Collector restarted = opened();
        assertThat(restarted.log.mayBeMarked(0, ManualClock.NOON + 7)).isTrue();
        assertThat(restarted.log.mayBeMarked(0, ManualClock.NOON + 8)).isFalse();

        store.faults((call, write, keys) -> write ? Fault.FAIL_AFTER : Fault.FAIL_BEFORE);
        assertThatThrownBy(() -> restarted.append(Samples.usage("c", ManualClock.NOON + 9, "1")))
                .isInstanceOf(LogUnavailableException.class);
        store.noFaults();
        assertThat(restarted.logged()).as("stored, and the log's end is to be found once more").contains("c");
        restarted.append("d");
        assertThat(restarted.log.mayBeMarked(0, ManualClock.NOON + 8)).as("what was appended since is known").isFalse();
        assertThat(opened().log.mayBeMarked(0, ManualClock.NOON + 9)).isTrue();
    }

    @Test
    void behindASegmentThatDoesNotSayTheLatestEndAnythingMayBeMarked() {
        collector.append("a");
        Segment appended = collector.segment(0);
        String earlier = new String(Json.write(appended), StandardCharsets.UTF_8)
                .replaceFirst("\"latest_end\":[0-9]+,", "");
        store.documents().remove(Keys.segment(0, 0));
        store.apply(new Write.Insert(Keys.segment(0, 0), earlier.getBytes(StandardCharsets.UTF_8)));

        assertThat(earlier).doesNotContain("latest_end");
        assertThat(collector.segment(0).usage()).isEqualTo(appended.usage());
        Collector restarted = opened();
        restarted.append("b");
        assertThat(restarted.log.mayBeMarked(0, Long.MAX_VALUE)).isTrue();
        assertThat(opened().log.mayBeMarked(0, Long.MAX_VALUE)).as("nor does the next segment know").isTrue();
    }

    private Collector opened() {
        Collector opened = new Collector(store);
        opened.log.open();
        opened.executor.runAll();
        return opened;
    }

    @Test
    void anythingMayBeMarkedWhereOthersMakeMarksToo() {
        StoredUsageLog shared = new StoredUsageLog(new LogSettings(1, 1_000, 4,
                new LogTimes(Collector.LATENESS, Duration.ofDays(400))), new LogEnvironment(store, collector.executor,
                collector.clock, () -> "1", collector.meters, collector.traces, HeldPartitions.none()));
        shared.open();
        collector.executor.runAll();
        shared.held().hold(List.of(0));
        assertThat(shared.opened()).isTrue();
        assertThat(shared.mayBeMarked(0, Long.MAX_VALUE)).isTrue();
    }

    @Test
    void openingIsTriedAgainWhenTheStoreWasAway() {
        store.faults((call, write, keys) -> Fault.FAIL_BEFORE);
        collector.log.open();
        collector.executor.runAll();
        assertThat(collector.log.opened()).isFalse();
        store.noFaults();
        collector.log.open();
        collector.executor.runAll();
        assertThat(collector.log.opened()).isTrue();
    }

    @Test
    void openingIsTriedAgainWhicheverReadHasFailed() {
        collector.append("a");
        collector.append("b");
        for (int failing = 0; failing < 8; failing++) {
            int read = failing;
            Collector restarted = new Collector(store);
            store.faults((call, write, keys) -> call == read ? Fault.FAIL_BEFORE : Fault.NONE);
            restarted.log.open();
            restarted.executor.runAll();
            store.noFaults();
            restarted.log.open();
            restarted.executor.runAll();
            assertThat(restarted.log.opened()).as("read %d failed", read).isTrue();
            restarted.log.open();
            assertThat(restarted.executor.waiting()).as("opened once").isZero();
        }
    }

    @Test
    void anotherNumberOfPartitionsIsRefusedAtStart() {
        new Collector(store, 64, 1, Duration.ZERO).log.start();
        new Collector(store, 64, 1, Duration.ZERO).log.start();

        assertThatThrownBy(() -> new Collector(store, 32, 1, Duration.ZERO).log.start())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("quipu.partitions is 32")
                .hasMessageContaining("Set quipu.partitions to 64");
    }

    @Test
    void partitionOfAnOrganizationNeverChanges() {
        // Computed elsewhere: first eight bytes of the SHA-256, unsigned, modulo 64.
        assertThat(StoredUsageLog.partition("a3d7fe4d-3cb1-4cc3-a831-ffe98e20cf27", 64)).isEqualTo(17);
        assertThat(StoredUsageLog.partition("", 1_000)).isEqualTo(652);
        assertThat(IntStream.range(0, 2_000).map(i -> StoredUsageLog.partition("org-" + i, 64)).distinct().count())
                .isEqualTo(64);
    }

    @Test
    void stopFinishesTheQueueAndRefusesMore() {
        CompletableFuture<List<Appended>> queued = collector.queue("a");
        CompletableFuture<Void> stopped = collector.log.stop();
        CompletableFuture<List<Appended>> refused = collector.queue("b");

        assertThat(stopped).isNotDone();
        assertThat(refused.handle((ok, e) -> ((LogUnavailableException) e).code()).join()).isEqualTo("stopping");
        collector.executor.runAll();
        assertThat(queued).isCompleted();
        assertThat(stopped).isCompleted();
        assertThat(collector.logged()).containsExactly("a");
    }

    @Test
    void trimmedSegmentIsNotReadThoughItStillExists() {
        collector.append("a");
        Collector reader = new Collector(store);
        assertThat(reader.log.read(0, 0)).isPresent();
        store.apply(new Write.Insert(Keys.trim(0), Json.write(new Trim(Trim.VERSION, 1, 0, ManualClock.NOON, 1))));

        assertThat(reader.log.read(0, 0)).isEmpty();
        assertThat(reader.log.read(0, 1)).isEmpty();
        assertThat(Tail.at(reader.log.documents().trim(0)).latestEnd()).as("not known").isEqualTo(Segment.UNKNOWN_END);
    }

    @Test
    void lostSegmentAtTheCursorStopsThePartitionInsteadOfBeginningItAnew() {
        collector.append("a");
        collector.drivenTo(0);
        store.documents().remove(SEGMENT_0);

        assertThatThrownBy(() -> new Collector(store).append("b")).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("segment 0 is absent");
    }

    private static Appended accepted(long segment, int index) {
        return new Appended.Accepted(Position.of(segment, index), ManualClock.NOON);
    }
}
