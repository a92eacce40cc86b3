package io.quipu.collector.log;

import io.quipu.common.usage.Position;
import io.quipu.collector.lease.HeldPartitions;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Segments that this process has appended and that are not driven yet, so that driving them need not read and parse them
 * again. Holds only segments that are durable and stand in the kept log. Thread-safe.
 *
 * <p>Only what is about to be driven is kept, and only until it is: what outlives its use is moved among the old objects of the
 * heap, and finding those that are garbage there takes a full collection. Of a partition that is far behind, what has just
 * been appended is not about to be driven.
 */
final class RecentSegments {

    /** Usages kept, over all partitions. */
    static final int MAX_USAGES = 4_000;

    /** Usages kept of one partition, unless a single segment has more: a few that are stuck leave room for the others. */
    static final int MAX_OF_PARTITION = 500;

    /** How many segments behind the cursor, or behind the last one kept, a segment may stand: others append in between. */
    static final int NEAR = 64;

    private final HeldPartitions held;
    private final Map<Integer, OfPartition> partitions = new HashMap<>();
    private int total;

    /** Of a process that drives all partitions. */
    RecentSegments() {
        this(HeldPartitions.all());
    }

    /** Of a process that drives some: others' are not about to be driven here. */
    RecentSegments(HeldPartitions held) {
        this.held = held;
    }

    /** What is known of a partition. */
    private static final class OfPartition {
        private final NavigableMap<Long, Segment> segments = new TreeMap<>();
        private int usages;
        /** The segment of the cursor as it was told last. */
        private long driven = -1;
        /** The last position of a segment that was kept and let go of. */
        private long end = Position.NONE;

        boolean takes(Segment segment) {
            long before = segments.isEmpty() ? driven : segments.lastKey();
            return segment.segment() - before <= NEAR
                    && (segments.isEmpty() || usages + segment.usage().size() <= MAX_OF_PARTITION);
        }
    }

    /** Keeps a segment if it is about to be driven and there is room. */
    synchronized void put(Segment segment) {
        if (!held.holds(segment.partition())) {
            return;
        }
        OfPartition of = partitions.computeIfAbsent(segment.partition(), partition -> new OfPartition());
        int size = segment.usage().size();
        if (total + size > MAX_USAGES || !of.takes(segment) || of.segments.putIfAbsent(segment.segment(), segment) != null) {
            return;
        }
        of.usages += size;
        total += size;
    }

    /** A segment, if it is kept. */
    synchronized Optional<Segment> get(int partition, long segment) {
        OfPartition of = partitions.get(partition);
        return of == null ? Optional.empty() : Optional.ofNullable(of.segments.get(segment));
    }

    /** A partition is another's to drive now: lets go of its segments. */
    synchronized void lost(int partition) {
        OfPartition of = partitions.get(partition);
        if (of != null) {
            of.segments.clear();
            total -= of.usages;
            of.usages = 0;
        }
    }

    /** A partition is driven up to that position: lets go of its segments that end there or below. */
    synchronized void driven(int partition, long position) {
        OfPartition of = partitions.computeIfAbsent(partition, p -> new OfPartition());
        of.driven = Math.max(of.driven, Position.segment(position));
        while (!of.segments.isEmpty() && last(of.segments.firstEntry().getValue()) <= position) {
            Segment driven = of.segments.pollFirstEntry().getValue();
            of.usages -= driven.usage().size();
            total -= driven.usage().size();
            of.end = last(driven);
        }
    }

    /** The segment of a partition's cursor as it was told last; negative when it was not. */
    synchronized long driven(int partition) {
        OfPartition of = partitions.get(partition);
        return of == null ? -1 : of.driven;
    }

    /** The segment that holds what follows a position: its own, or the next when its own is known to end there. */
    synchronized long following(int partition, Cursor cursor) {
        OfPartition of = partitions.get(partition);
        long own = LogDocuments.segmentOf(cursor);
        return of != null && of.end == cursor.position() && of.end != Position.NONE ? own + 1 : own;
    }

    private static long last(Segment segment) {
        return Position.of(segment.segment(), segment.usage().size() - 1);
    }
}
