package io.quipu.collector.log;

import java.time.Clock;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How much usage is appended and not driven yet, as far as this process knows: the tail's sequence less the cursor's, per
 * partition. Thread-safe.
 */
public final class Backlog {

    private static final long UNKNOWN = -1;

    private final AtomicLongArray tails;
    private final AtomicLongArray cursors;
    private final AtomicLongArray queued;
    private final AtomicLongArray oldest;

    /** Of that many partitions, none of them opened. */
    public Backlog(int partitions) {
        tails = new AtomicLongArray(partitions);
        cursors = new AtomicLongArray(partitions);
        queued = new AtomicLongArray(partitions);
        oldest = new AtomicLongArray(partitions);
        for (int partition = 0; partition < partitions; partition++) {
            cursors.set(partition, UNKNOWN);
        }
    }

    /** The log of a partition is known to hold that many usages. */
    void tail(int partition, long sequence, long time) {
        tails.accumulateAndGet(partition, sequence, Math::max);
        oldest.compareAndSet(partition, 0, time);
    }

    /** The cursor of a partition is known to have passed that many usages. */
    void cursor(int partition, long sequence) {
        cursors.accumulateAndGet(partition, sequence, Math::max);
        tails.accumulateAndGet(partition, sequence, Math::max);
    }

    /**
     * The next usages to be driven in a partition were read, whoever appended them.
     *
     * @param time the log time at which the first of them was accepted
     * @param sequence how many usages of the log stand at or below the last of them
     */
    public void next(int partition, long time, long sequence) {
        oldest.set(partition, time);
        tails.accumulateAndGet(partition, sequence, Math::max);
    }

    /** When the next usage to be driven in a partition was accepted, as far as is known: log time, or 0. */
    public long oldest(int partition) {
        return oldest.get(partition);
    }

    /** There was nothing to be driven in a partition. */
    public void none(int partition) {
        oldest.set(partition, 0);
    }

    /** Usages that wait to be appended have become more, or fewer. */
    void queued(int partition, int change) {
        queued.addAndGet(partition, change);
    }

    /** Usages appended and not driven, over the partitions that have been opened. */
    public long usages() {
        long usages = 0;
        for (int partition = 0; partition < tails.length(); partition++) {
            usages += usages(partition);
        }
        return usages;
    }

    /** With those that wait to be appended: what the limit is about. */
    long usagesWithQueued() {
        long usages = usages();
        for (int partition = 0; partition < queued.length(); partition++) {
            usages += queued.get(partition);
        }
        return usages;
    }

    /** Usages of a partition appended and not driven; 0 before it has been opened. */
    public long usages(int partition) {
        long cursor = cursors.get(partition);
        return cursor == UNKNOWN ? 0 : Math.max(0, tails.get(partition) - cursor);
    }

    /** How long ago the oldest usage that is not driven was accepted; 0 when all is driven. */
    public double oldestSeconds(Clock clock) {
        long first = Long.MAX_VALUE;
        for (int partition = 0; partition < tails.length(); partition++) {
            long time = oldest.get(partition);
            if (usages(partition) > 0 && time > 0) {
                first = Math.min(first, time);
            }
        }
        return first == Long.MAX_VALUE ? 0 : Math.max(0, clock.millis() - first) / 1000.0;
    }
}
