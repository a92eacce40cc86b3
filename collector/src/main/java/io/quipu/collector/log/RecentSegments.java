package io.quipu.collector.log;

import io.quipu.common.usage.Position;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Segments that this process has appended and that are not driven yet, so that driving them need not read and parse them
 * again. Holds only segments that are durable and stand in the kept log. Thread-safe.
 *
 * <p>Those that are driven go at once: what outlives its use is moved among the old objects, and finding those again that are
 * garbage takes a full collection. When it is full it takes no more, since what came first is driven first.
 */
final class RecentSegments {

    /** Usages kept, over all partitions. */
    static final int MAX_USAGES = 4_000;

    /** Usages kept of one partition: one that is stuck leaves room for the others. */
    static final int MAX_OF_PARTITION = 1_000;

    private final Map<Integer, NavigableMap<Long, Segment>> segments = new HashMap<>();
    private final Map<Integer, Integer> usages = new HashMap<>();
    private final Map<Integer, Long> ends = new HashMap<>();
    private int total;

    /** Keeps a segment if there is room. */
    synchronized void put(Segment segment) {
        int size = segment.usage().size();
        if (total + size > MAX_USAGES || usages.getOrDefault(segment.partition(), 0) + size > MAX_OF_PARTITION) {
            return;
        }
        Segment before = segments.computeIfAbsent(segment.partition(), partition -> new TreeMap<>())
                .put(segment.segment(), segment);
        count(segment.partition(), size - (before == null ? 0 : before.usage().size()));
    }

    /** A segment, if it is kept. */
    synchronized Optional<Segment> get(int partition, long segment) {
        NavigableMap<Long, Segment> kept = segments.get(partition);
        return kept == null ? Optional.empty() : Optional.ofNullable(kept.get(segment));
    }

    /** A partition is driven up to that position: lets go of its segments that end there or below. */
    synchronized void driven(int partition, long position) {
        NavigableMap<Long, Segment> kept = segments.get(partition);
        while (kept != null && !kept.isEmpty() && last(kept.firstEntry().getValue()) <= position) {
            Segment driven = kept.pollFirstEntry().getValue();
            count(partition, -driven.usage().size());
            ends.put(partition, last(driven));
        }
    }

    /** The segment that holds what follows a position: its own, or the next when its own is known to end there. */
    synchronized long following(int partition, long position) {
        long own = Math.max(0, Position.segment(position));
        return ends.getOrDefault(partition, Position.NONE) == position && position != Position.NONE ? own + 1 : own;
    }

    private static long last(Segment segment) {
        return Position.of(segment.segment(), segment.usage().size() - 1);
    }

    private void count(int partition, int change) {
        usages.merge(partition, change, Integer::sum);
        total += change;
    }
}
