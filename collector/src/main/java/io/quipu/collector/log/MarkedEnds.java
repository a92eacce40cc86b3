package io.quipu.collector.log;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Up to when usage ended that may have a deduplication mark, by partition: what ended later has none, so nobody needs to look for
 * it. A key holds the end of its usage, and marks are made when the log is driven; so usage of this very moment, which is
 * most of what comes, is ahead of every mark. Thread-safe.
 *
 * <p>Known only where this process makes all marks. To take usage in without having found a mark that is there would count
 * nothing twice: marks are inserted if absent.
 */
final class MarkedEnds {

    private static final long UNKNOWN = Long.MAX_VALUE;
    private static final long NONE = Long.MIN_VALUE;

    /** The latest end of usage that was in the log when its end was found. */
    private final AtomicLongArray before;
    /** The latest end of usage that this process has made marks of. */
    private final AtomicLongArray since;

    /** Nothing is known yet of so many partitions. */
    MarkedEnds(int partitions) {
        long[] ends = new long[partitions];
        Arrays.fill(ends, UNKNOWN);
        this.before = new AtomicLongArray(ends);
        Arrays.fill(ends, NONE);
        this.since = new AtomicLongArray(ends);
    }

    /** All usage that is in the log of a partition, or was, ended at that time or earlier. */
    void found(int partition, long latest) {
        before.set(partition, latest);
    }

    /** A mark may be made of usage of a partition that ended then; to be said before it is. */
    void mark(int partition, long end) {
        since.accumulateAndGet(partition, end, Math::max);
    }

    /** Whether there may be a mark of usage of a partition that ended then. */
    boolean mayHave(int partition, long end) {
        return end <= before.get(partition) || end <= since.get(partition);
    }
}
