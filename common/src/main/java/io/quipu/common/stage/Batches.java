package io.quipu.common.stage;

import io.quipu.common.plan.PlanVersion;
import io.quipu.common.usage.Positioned;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Batches of different partitions on their way to the next stage in one call. Organizations, and with them documents, of
 * different partitions have nothing in common, so each batch is committed, stale or rejected from by itself; what they
 * share is the price of a call, a read and a write.
 *
 * @param plans the plan versions that the usages of all the batches are pinned to, by id
 * @param batches at most one of a partition
 * @param <U> what the stage before made of a usage
 */
public record Batches<U extends Positioned>(Map<String, PlanVersion> plans, List<Part<U>> batches) {

    /** Usages that the batches may hold together. */
    public static final int MAX_USAGES = 1_000;

    /** Batches that may go together. */
    public static final int MAX_BATCHES = 256;

    /** Copies the collections; plans iterate in the order of their ids. */
    public Batches {
        plans = Collections.unmodifiableSortedMap(new TreeMap<>(plans));
        batches = List.copyOf(batches);
    }

    /** Puts batches together. */
    public static <U extends Positioned> Batches<U> of(List<Batch<U>> batches) {
        Map<String, PlanVersion> plans = new TreeMap<>();
        batches.forEach(batch -> plans.putAll(batch.plans()));
        return new Batches<>(plans, batches.stream()
                .map(batch -> new Part<>(batch.partition(), batch.cursor(), batch.reach(), batch.usage())).toList());
    }

    /** The batches, each with the plan versions of all. */
    public List<Batch<U>> apart() {
        return batches.stream().map(part ->
                new Batch<>(part.partition(), part.cursor(), plans, part.reach(), part.usage())).toList();
    }

    /**
     * A batch but for its plan versions.
     *
     * @param partition see {@link Batch}
     * @param cursor see {@link Batch}
     * @param reach see {@link Batch}
     * @param usage see {@link Batch}
     * @param <U> what the stage before made of a usage
     */
    public record Part<U extends Positioned>(int partition, long cursor, Long reach, List<U> usage) {

        /** Copies the list. */
        public Part {
            usage = List.copyOf(usage);
        }
    }
}
