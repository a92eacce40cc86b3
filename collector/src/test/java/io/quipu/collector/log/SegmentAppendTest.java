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
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SegmentAppendTest {

    private static final String SEGMENT_0 = Keys.segment(0, 0);

    private final FaultyStore store = new FaultyStore();
    private final Collector collector = new Collector(store);

    @Test
    void ownSegmentAfterAnUnclearAnswerIsDone() {
        failFirstInsert(Fault.FAIL_AFTER);

        assertThat(collector.append("a")).containsExactly(accepted(0, 0));
        assertThat(collector.logged()).containsExactly("a");
    }

    @Test
    void absentSegmentAfterAnUnclearAnswerIsTriedAgain() {
        failFirstInsert(Fault.FAIL_BEFORE);

        assertThat(collector.append("a")).containsExactly(accepted(0, 0));
        assertThat(collector.logged()).containsExactly("a");
    }

    @Test
    void anothersSegmentAfterAnUnclearAnswerLeadsToTheNext() {
        Collector other = new Collector(store);
        boolean[] failed = {false};
        store.faults((call, write, keys) -> {
            if (write && keys.contains(SEGMENT_0) && !failed[0]) {
                failed[0] = true;
                store.apply(foreign(other, "x"));
                return Fault.FAIL_BEFORE;
            }
            return Fault.NONE;
        });

        assertThat(collector.append("a")).containsExactly(accepted(1, 0));
        assertThat(collector.logged()).containsExactly("x", "a");
        assertThat(collector.segment(1).sequence()).isEqualTo(1);
    }

    @Test
    void takenSegmentLeadsToTheEndOfTheLogHoweverFarThatIs() {
        collector.append("a");
        Collector other = new Collector(store);
        for (int i = 0; i < 37; i++) {
            other.append("other-" + i);
        }
        store.noFaults();

        assertThat(collector.append("b")).containsExactly(accepted(38, 0));
        assertThat(store.calls()).isLessThan(25);
        assertThat(collector.segment(38).sequence()).isEqualTo(38);
        assertThat(collector.logged()).hasSize(39).endsWith("b");
    }

    @Test
    void sameBytesAreTriedAgainSoThatADelayedFirstTryIsWhatWasAnswered() {
        // Whichever of the two tries takes effect: the clock has moved between them, the segment's time has not.
        boolean[] failed = {false};
        store.faults((call, write, keys) -> {
            if (write && keys.contains(SEGMENT_0) && !failed[0]) {
                failed[0] = true;
                collector.clock.advance(Duration.ofHours(3));
                return Fault.FAIL_BEFORE;
            }
            return Fault.NONE;
        });
        long justInTime = ManualClock.NOON - Duration.ofHours(49).toMillis();

        assertThat(collector.append(Samples.usage("a", justInTime, "1"))).containsExactly(accepted(0, 0));
        assertThat(collector.segment(0).time()).isEqualTo(ManualClock.NOON);
    }

    @Test
    void storeThatGivesNoClearAnswerFailsTheAppendAndTheNextOneFindsTheTail() {
        // Tail discovery reads segment 0 too: let it pass, then fail.
        int[] reads = {0};
        store.faults((call, write, keys) -> !keys.contains(SEGMENT_0) ? Fault.NONE
                : write ? Fault.FAIL_AFTER : reads[0]++ == 0 ? Fault.NONE : Fault.FAIL_BEFORE);

        assertThatThrownBy(() -> collector.append("a")).isInstanceOfSatisfying(LogUnavailableException.class,
                e -> assertThat(e.code()).isEqualTo("store_unavailable"));
        store.noFaults();

        assertThat(collector.append("a")).containsExactly(accepted(1, 0));
        assertThat(collector.logged()).containsExactly("a", "a");
    }

    @Test
    void storeThatIsAwayFailsTheAppendAfterANamedNumberOfTries() {
        int[] inserts = {0};
        store.faults((call, write, keys) -> {
            if (!write) {
                return Fault.NONE;
            }
            inserts[0]++;
            return Fault.FAIL_BEFORE;
        });

        assertThatThrownBy(() -> collector.append("a")).isInstanceOf(LogUnavailableException.class);
        // once together with other partitions, then alone
        assertThat(inserts[0]).isEqualTo(1 + SegmentAppend.MAX_TRIES);
    }

    @Test
    void appendBelowTheTrimMarkIsDoneAgainAtTheTail() {
        Collector idle = new Collector(store, 1, 1_000, Duration.ZERO);
        Collector busy = new Collector(store, 1, 1_000, Duration.ZERO);
        idle.append("idle-1");
        idle.append("idle-2");
        for (int i = 0; i < 10; i++) {
            busy.clock.advance(Duration.ofDays(10));
            busy.append(Samples.usage("busy-" + i, busy.clock.millis(), "1"));
        }
        busy.drivenTo(11);
        new LogTrimmer(busy.log.documents(), busy.log.times()).trim(0);
        assertThat(busy.log.lowestKept(0)).isEqualTo(11);
        assertThat(store.documents()).doesNotContainKey(Keys.segment(0, 2));
        idle.clock.set(busy.clock.millis());

        List<Appended> outcome = idle.append(Samples.usage("late", idle.clock.millis(), "1"));

        assertThat(outcome).containsExactly(new Appended.Accepted(Position.of(12, 0), idle.clock.millis()));
        assertThat(idle.logged()).endsWith("late").hasSize(2);
        assertThat(idle.segment(12).sequence()).isEqualTo(12);
        assertThat(store.documents()).as("nobody reads it: removed").doesNotContainKey(Keys.segment(0, 2));
    }

    @Test
    void logTimeNeverFallsThoughClocksOfCollectorsDiffer() {
        Collector behind = new Collector(store);
        behind.clock.advance(Duration.ofMinutes(-5));
        Collector ahead = new Collector(store);
        ahead.clock.advance(Duration.ofMinutes(1));
        collector.append("a");
        ahead.append("b");
        behind.clock.advance(Duration.ofMinutes(2));
        behind.append("c");
        collector.append("d");

        assertThat(IntStream.range(0, 4).mapToLong(n -> collector.segment(n).time())).containsExactly(
                ManualClock.NOON, ManualClock.NOON + 60_000, ManualClock.NOON + 60_000, ManualClock.NOON + 60_000);
        assertThat(collector.logged()).containsExactly("a", "b", "c", "d");
    }

    @Test
    void clockMoreThanFiveMinutesBehindTheLogIsRefusedAndCounted() {
        collector.append("a");
        collector.clock.advance(Duration.ofMinutes(-5));
        collector.append("b");
        collector.clock.advance(Duration.ofMillis(-1));

        assertThatThrownBy(() -> collector.append("c")).isInstanceOfSatisfying(LogUnavailableException.class,
                e -> assertThat(e.code()).isEqualTo("clock_behind"));
        assertThat(collector.logged()).containsExactly("a", "b");
        assertThat(collector.meters.counter("quipu.collector.clock.behind").count()).isEqualTo(1);
        collector.clock.advance(Duration.ofMillis(1));
        assertThat(collector.append("c")).hasSize(1);
    }

    @Test
    void usageTooLateAtLogTimeIsRefusedAndTheOthersStand() {
        long oldest = ManualClock.NOON - Duration.ofHours(49).toMillis();

        List<Appended> outcome = collector.append(Samples.usage("just", oldest, "1"),
                Samples.usage("late", oldest - 1, "1"), Samples.usage("a"));

        assertThat(outcome).containsExactly(accepted(0, 0), new Appended.TooLate(ManualClock.NOON), accepted(0, 1));
        assertThat(collector.logged()).containsExactly("just", "a");
    }

    @Test
    void latenessIsJudgedAgainAtEachSegmentTried() {
        Collector ahead = new Collector(store);
        ahead.clock.advance(Duration.ofMinutes(1));
        long end = ManualClock.NOON - Duration.ofHours(49).toMillis();
        collector.append("a");
        ahead.append("b");

        List<Appended> outcome = collector.append(Samples.usage("late", end, "1"));

        assertThat(outcome).containsExactly(new Appended.TooLate(ManualClock.NOON + 60_000));
        assertThat(collector.logged()).containsExactly("a", "b");
        collector.append("c");
        assertThat(store.fresh()).as("what follows another's segment is not").containsExactly(Keys.segment(0, 1));
    }

    @Test
    void segmentBehindOneOfItsOwnIsFresh() {
        collector.append("a");
        collector.append("b");
        collector.append("c");

        assertThat(store.fresh()).containsExactly(Keys.segment(0, 1), Keys.segment(0, 2));
    }

    @Test
    void segmentBehindAnothersIsNotFreshSinceAnotherMayHaveTriedThatToo() {
        new Collector(store).append("a");
        collector.append("b");
        assertThat(store.fresh()).isEmpty();

        new Collector(store).append("c");
        collector.append("d");

        // It did not know of c.
        assertThat(store.fresh()).containsExactly(Keys.segment(0, 2));
        assertThat(collector.logged()).containsExactly("a", "b", "c", "d");
    }

    @Test
    void whatWasTriedBeforeIsNotFresh() {
        collector.append("a");
        String segment = Keys.segment(0, 1);
        store.faults((call, write, keys) -> write && keys.contains(segment) ? Fault.FAIL_BEFORE : Fault.NONE);
        assertThatThrownBy(() -> collector.append("b")).isInstanceOf(LogUnavailableException.class);
        store.noFaults();

        collector.append("b");

        assertThat(store.fresh()).as("the first of many tries").containsExactly(segment);
    }

    private void failFirstInsert(Fault fault) {
        boolean[] failed = {false};
        store.faults((call, write, keys) -> {
            if (write && keys.contains(SEGMENT_0) && !failed[0]) {
                failed[0] = true;
                return fault;
            }
            return Fault.NONE;
        });
    }

    private static Write foreign(Collector other, String dedupId) {
        return new Write.Insert(SEGMENT_0, Json.write(new Segment(Segment.VERSION, 0, 0, "foreign",
                other.clock.millis(), 0, ManualClock.NOON, List.of(Samples.usage(dedupId)))));
    }

    private static Appended accepted(long segment, int index) {
        return new Appended.Accepted(Position.of(segment, index), ManualClock.NOON);
    }
}
