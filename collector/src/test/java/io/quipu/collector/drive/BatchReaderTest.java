package io.quipu.collector.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.collector.log.Collector;
import io.quipu.collector.log.Cursor;
import io.quipu.collector.log.LoggedUsage;
import io.quipu.collector.log.ManualClock;
import io.quipu.collector.log.Samples;
import io.quipu.collector.log.Trim;
import io.quipu.common.store.FaultyStore;
import io.quipu.common.store.Write;
import io.quipu.common.usage.Keys;
import io.quipu.common.usage.Position;
import io.quipu.common.wire.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is read from the store, and how much of it at once. */
class BatchReaderTest {

    private final FaultyStore store = new FaultyStore();
    private final Collector collector = new Collector(store, 1, 1_000, Duration.ofDays(400));
    private final Collector other = new Collector(store, 1, 1_000, Duration.ofDays(400));
    private final List<Integer> reads = new ArrayList<>();

    private List<String> read(Cursor cursor) {
        reads.clear();
        store.faults((call, write, keys) -> {
            if (keys.get(0).startsWith("log/0/")) {
                reads.add(keys.size());
            }
            return FaultyStore.Fault.NONE;
        });
        BatchReader.Read read = new BatchReader(collector.log).read(0, cursor, 100, new Room(1_000, 1_000_000, 10));
        store.noFaults();
        return read.usages().stream().map(DrivenUsage::usage).map(LoggedUsage::dedupId).toList();
    }

    private static Cursor at(long segment, int index) {
        return new Cursor(Cursor.VERSION, Position.of(segment, index), 1);
    }

    @Test
    void theEndOfASnapshotIsReadByItself() {
        LoggedUsage end = LoggedUsage.complete("org", "object-storage", ManualClock.NOON, "s");
        other.append(Samples.usage("a"), Samples.usage("b"), end, end, Samples.usage("c"));

        assertThat(sizes(Cursor.START, 100)).containsExactly(2, 1, 1, 1);
        assertThat(sizes(Cursor.START, 1)).containsExactly(1, 1, 1, 1, 1);
    }

    /** The sizes of one batch after the other. */
    private List<Integer> sizes(Cursor from, int limit) {
        List<Integer> sizes = new ArrayList<>();
        Cursor cursor = from;
        BatchReader.Read read;
        do {
            Room full = new Room(1, 1, 1);
            read = new BatchReader(collector.log).read(0, cursor, limit, limit == 1 ? full : new Room(1_000, 1_000_000, 10));
            sizes.add(read.usages().size());
            assertThat(read.usages()).satisfiesAnyOf(
                    usages -> assertThat(usages).hasSize(1),
                    usages -> assertThat(usages).noneMatch(usage -> usage.usage().completes()));
            cursor = new Cursor(Cursor.VERSION, read.usages().get(read.usages().size() - 1).position(), 1);
        } while (read.more());
        return sizes;
    }

    @Test
    void storeIsAskedForMoreTheMoreIsFound() {
        List<String> all = IntStream.range(0, 20).mapToObj(i -> "u" + i).toList();
        all.forEach(other::append);

        assertThat(read(Cursor.START)).isEqualTo(all);
        assertThat(reads).containsExactly(1, 2, 4, 8, 8, 8);
    }

    @Test
    void whatOthersHaveAppendedInBetweenIsReadFromTheStore() {
        List<String> all = IntStream.range(0, 6).mapToObj(i -> "u" + i).toList();
        for (int i = 0; i < 6; i++) {
            (i % 2 == 0 ? collector : other).append(all.get(i));
        }

        assertThat(read(Cursor.START)).isEqualTo(all);
    }

    @Test
    void nothingIsReadOfASegmentThatIsKnownToBeDriven() {
        collector.append("a", "b");
        collector.append("c");

        assertThat(read(Cursor.START)).containsExactly("a", "b", "c");
        assertThat(reads).as("behind the last one").containsExactly(1);
        collector.log.driven(0, at(0, 0));
        assertThat(read(at(0, 0))).containsExactly("b", "c");
        collector.log.driven(0, at(0, 1));
        assertThat(read(at(0, 1))).containsExactly("c");
        collector.log.driven(0, at(1, 0));
        assertThat(read(at(1, 0))).isEmpty();
        assertThat(reads).containsExactly(1);
    }

    @Test
    void cursorThatOthersHavePassedIsReadOnWhereTheLogBegins() {
        collector.append("a");
        collector.append("b");
        collector.append("c");
        collector.log.driven(0, at(0, 0));
        collector.log.driven(0, at(1, 0));
        remove(Keys.segment(0, 0));
        remove(Keys.segment(0, 1));
        assertThat(read(at(0, 0))).as("a hole ends the log").isEmpty();

        store.write(new Write.Insert(Keys.trim(0), Json.write(new Trim(Trim.VERSION, 2, 2, 0, 2))));
        assertThat(read(at(0, 0))).as("the kept log begins at 2").containsExactly("c");
        assertThat(read(at(1, 0))).containsExactly("c");
    }

    private void remove(String key) {
        store.write(new Write.Remove(key, store.get(key).orElseThrow().version()));
    }
}
