package io.quipu.collector.log;

import java.util.List;
import java.util.Optional;

/** Reads durable segments in order: from memory what this process has appended and is not driven yet, else from the store. */
public final class SegmentReader {

    /** Segments that one call to the store asks for at most. */
    static final int READ_AHEAD = 8;

    private final LogDocuments documents;
    private final RecentSegments recent;

    SegmentReader(LogDocuments documents, RecentSegments recent) {
        this.documents = documents;
        this.recent = recent;
    }

    /** Reads on from a segment of a partition. */
    public Forward forward(int partition, long segment) {
        return new Forward(partition, segment);
    }

    /** Reads consecutive segments. Mostly the log ends soon, so the store is asked for more only as it has more. */
    public final class Forward {

        private final int partition;
        private long next;
        private int ahead = 1;

        private Forward(int partition, long next) {
            this.partition = partition;
            this.next = next;
        }

        /**
         * The next ones; none when the next is absent. The first absent segment ends the log: nothing after it may be driven.
         */
        public List<Segment> read() {
            Optional<Segment> kept = recent.get(partition, next);
            List<Segment> found = kept.isPresent() ? List.of(kept.get()) : stored();
            next += found.size();
            return found;
        }

        private List<Segment> stored() {
            List<Segment> stored = documents.segments(partition, next, ahead);
            ahead = Math.min(2 * ahead, READ_AHEAD);
            return stored;
        }
    }

    /** The segment in which a driver at that cursor reads on. */
    public long following(int partition, Cursor cursor) {
        return recent.following(partition, cursor);
    }

    /** One segment. */
    Optional<Segment> segment(int partition, long segment) {
        Optional<Segment> known = recent.get(partition, segment);
        return known.isPresent() ? known : documents.segment(partition, segment);
    }
}
