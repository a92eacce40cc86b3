package io.quipu.collector.lease;

import java.util.BitSet;
import java.util.Collection;

/** Which partitions this process drives: all, or those that it was given last. Thread-safe. */
public final class HeldPartitions {

    /** Null for all. Replaced, never changed. */
    private volatile BitSet held;

    private HeldPartitions(BitSet held) {
        this.held = held;
    }

    /** All of them, as long as nothing else is said. */
    public static HeldPartitions all() {
        return new HeldPartitions(null);
    }

    /** None of them, as long as nothing else is said. */
    public static HeldPartitions none() {
        return new HeldPartitions(new BitSet());
    }

    /** Whether this process drives a partition. */
    public boolean holds(int partition) {
        BitSet now = held;
        return now == null || now.get(partition);
    }

    /** Whether nobody has said which: this process drives all partitions, since its store is nobody else's (but in tests). */
    public boolean forEver() {
        return held == null;
    }

    /** From now on these, and no others. */
    public void hold(Collection<Integer> partitions) {
        BitSet now = new BitSet();
        partitions.forEach(now::set);
        held = now;
    }

    /** How many of so many partitions it drives. */
    public int count(int partitions) {
        BitSet now = held;
        return now == null ? partitions : now.cardinality();
    }
}
