package io.quipu.collector.log;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The segments that this process appended last, so that driving them need not read and parse them again. Holds only
 * segments that are durable and stand in the kept log; forgets the oldest beyond {@link #MAX_USAGES}. Thread-safe.
 */
final class RecentSegments {

    /** Usages kept, over all partitions. */
    static final int MAX_USAGES = 4_000;

    private record Key(int partition, long segment) {
    }

    private final Map<Key, Segment> segments = new LinkedHashMap<>();
    private int usages;

    synchronized void put(Segment segment) {
        Segment before = segments.put(new Key(segment.partition(), segment.segment()), segment);
        usages += segment.usage().size() - (before == null ? 0 : before.usage().size());
        Iterator<Segment> oldest = segments.values().iterator();
        while (usages > MAX_USAGES && oldest.hasNext()) {
            usages -= oldest.next().usage().size();
            oldest.remove();
        }
    }

    synchronized Optional<Segment> get(int partition, long segment) {
        return Optional.ofNullable(segments.get(new Key(partition, segment)));
    }
}
