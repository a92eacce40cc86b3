package io.quipu.collector.log;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Up to when usage ended that may have a deduplication mark, by partition: what ended later has none of this process, and had none when
 * it began. A key holds the end of its usage, and marks are made when the log is driven, of what stands in it, whose latest end each
 * segment says; so usage of this very moment, which is most of what comes, is ahead of every mark. Thread-safe.
 */
final class MarkedEnds {

    /** The latest end of usage that was in the log when its end was found. */
    private final AtomicLongArray before;
    /** The latest end of usage that this process has tried to make marks of. */
    private final AtomicLongArray since;

    /** Nothing is known yet of so many partitions. */
    MarkedEnds(int partitions) {
        long[] ends = new long[partitions];
        Arrays.fill(ends, Segment.UNKNOWN_END);
        this.before = new AtomicLongArray(ends);
        Arrays.fill(ends, Segment.NO_END);
        this.since = new AtomicLongArray(ends);
    }

    /** All usage that is in the log of a partition, or was, ended at that time or earlier. */
    void found(int partition, long latest) {
        before.set(partition, latest);
    }

    /**
     * Marks may be made of usage of a partition that ended by then; to be said before they are.
     *
     * @return up to when usage ended that may have one already: of each usage one call at most answers an earlier end than its own
     */
    long mark(int partition, long end) {
        return Math.max(before.get(partition), since.getAndAccumulate(partition, end, Math::max));
    }

    /** Whether there may be a mark of usage of a partition that ended then. */
    boolean mayHave(int partition, long end) {
        return end <= before.get(partition) || end <= since.get(partition);
    }
}
