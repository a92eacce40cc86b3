package io.quipu.collector.log;

import io.quipu.collector.lease.HeldPartitions;
import io.quipu.collector.lease.Load;
import io.quipu.collector.lease.Signal;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.IntPredicate;

/**
 * How much usage is appended and not driven yet, as far as this process knows: the tail's sequence less the cursor's, per
 * partition that it drives; and what other instances have said of theirs. Thread-safe.
 */
public final class Backlog {

    private static final long UNKNOWN = -1;

    private final AtomicLongArray tails;
    private final AtomicLongArray cursors;
    private final AtomicLongArray queued;
    private final AtomicLongArray oldest;
    private final AtomicLongArray times;
    private final HeldPartitions held;
    private volatile Others others = new Others(0, Load.NONE);

    /**
     * The other instances that drive the same log.
     *
     * @param instances how many there are
     * @param load what waits in their partitions, as they have said last
     */
    public record Others(int instances, Load load) {
    }

    /** Of that many partitions, none of them opened. */
    public Backlog(int partitions) {
        this(partitions, HeldPartitions.all());
    }

    /** The same, of which this process drives some. */
    Backlog(int partitions, HeldPartitions held) {
        this.held = held;
        times = new AtomicLongArray(partitions);
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
        times.accumulateAndGet(partition, time, Math::max);
        oldest.compareAndSet(partition, 0, time);
    }

    /** Another instance has said how far the log of a partition reaches. */
    public void signalled(int partition, Signal.End end) {
        tail(partition, end.sequence(), end.time());
    }

    /** How far the log of a partition is known to reach. */
    public Signal.End end(int partition) {
        return new Signal.End(tails.get(partition), times.get(partition));
    }

    /** What the other instances have said last. */
    public void others(Others said) {
        others = said;
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

    /** There was nothing to be driven in a partition, or it is to be found out what there is. */
    public void none(int partition) {
        oldest.set(partition, 0);
    }

    /** Usages that wait to be appended have become more, or fewer. */
    void queued(int partition, int change) {
        queued.addAndGet(partition, change);
    }

    /** Usages appended and not driven, over the partitions that have been opened and that this process drives. */
    public long usages() {
        return load().backlog();
    }

    /** What waits in the partitions that this process drives. */
    public Load load() {
        return load(held::holds);
    }

    /** What waits in some partitions, as far as this process knows. */
    public Load load(IntPredicate those) {
        long all = 0;
        long first = Long.MAX_VALUE;
        for (int partition = 0; partition < tails.length(); partition++) {
            long usages = those.test(partition) ? usages(partition) : 0;
            long time = oldest.get(partition);
            all += usages;
            if (usages > 0 && time > 0) {
                first = Math.min(first, time);
            }
        }
        return new Load(all, first == Long.MAX_VALUE ? 0 : first);
    }

    /** What waits in all partitions, as far as is known: of others' what they have said last. */
    public Load shared() {
        return load().plus(others.load());
    }

    /** How many instances there are that take usage for this log. */
    public int instances() {
        return others.instances() + 1;
    }

    /** How many partitions this process drives. */
    int heldPartitions() {
        return held.count(tails.length());
    }

    /** What waits in all partitions, with what waits to be appended here: what the limit is about. */
    long usagesWithQueued() {
        long usages = shared().backlog();
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

    /** How long ago the oldest usage of all that is not driven was accepted; 0 when all is driven. */
    public double oldestSeconds(Clock clock) {
        long first = shared().oldest();
        return first == 0 ? 0 : Math.max(0, clock.millis() - first) / 1000.0;
    }
}
