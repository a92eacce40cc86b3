package io.quipu.collector.log;

import java.util.List;
import java.util.Optional;

/** Reads durable segments in order: from memory what this process has appended and is not driven yet, else from the store. */
public final class SegmentReader {

    /** Segments that one call to the store should ask for at most. */
    public static final int READ_AHEAD = 8;

    private final LogDocuments documents;
    private final RecentSegments recent;

    SegmentReader(LogDocuments documents, RecentSegments recent) {
        this.documents = documents;
        this.recent = recent;
    }

    /**
     * Some consecutive segments from one on; none when that one is absent. The first absent segment ends the log: nothing
     * after it may be driven.
     *
     * @param ahead how many the store is asked for
     */
    public List<Segment> from(int partition, long segment, int ahead) {
        Optional<Segment> known = recent.get(partition, segment);
        return known.isPresent() ? List.of(known.get())
                : documents.segments(partition, segment, ahead);
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
