package io.quipu.common.stage;

import io.quipu.common.plan.PlanVersion;
import io.quipu.common.usage.Positioned;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;

/**
 * Consecutive usages of one partition's log on their way to the next stage, with all that is needed to evaluate them.
 *
 * @param partition the partition
 * @param cursor the position up to which everything is committed everywhere; no usage of the batch is at or below it
 * @param plans the plan versions that the usages are pinned to, by id
 * @param reach how long before its acceptance a usage may have ended at the most, in milliseconds: log time only grows, so what
 *     is older than a usage's acceptance less that, no usage from there on can precede; null when that is not known
 * @param usage the usages, by ascending position; a position never stands in two batches' halves
 * @param <U> what the stage before made of a usage
 */
public record Batch<U extends Positioned>(int partition, long cursor, Map<String, PlanVersion> plans, Long reach,
        List<U> usage) {


    /** Usages that a batch may hold. */
    public static final int MAX_USAGES = 500;

    /** Copies the collections; plans iterate in the order of their ids, so that a batch has one JSON. */
    public Batch {
        plans = Collections.unmodifiableSortedMap(new TreeMap<>(plans));
        usage = List.copyOf(usage);
    }

    /** A batch that says nothing about usage that follows. */
    public Batch(int partition, long cursor, Map<String, PlanVersion> plans, List<U> usage) {
        this(partition, cursor, plans, null, usage);
    }

    /** The same batch with other usages. */
    public <V extends Positioned> Batch<V> with(List<V> other) {
        return new Batch<>(partition, cursor, plans, reach, other);
    }

    /** The positions of the usages, ascending. */
    public LongStream positions() {
        return usage.stream().mapToLong(Positioned::position);
    }

    /** The last position of the batch; its cursor when it is empty. */
    public long lastPosition() {
        return usage.isEmpty() ? cursor : usage.get(usage.size() - 1).position();
    }
}
