package io.quipu.common.store;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.ToDoubleFunction;

/**
 * Counts what a store does, without tags: two stores on one registry add up.
 *
 * <ul>
 *   <li>{@code quipu.store.written.bytes}: key and value bytes handed to the engine, index entries and removals included</li>
 *   <li>{@code quipu.store.writes}: documents inserted, replaced or removed</li>
 *   <li>{@code quipu.store.conflicts}: writes whose condition did not hold</li>
 *   <li>{@code quipu.store.syncs}: groups of writes that were synced before they were acknowledged</li>
 *   <li>{@code quipu.store.engine.syncs}: syncs of its log as the engine counted them itself; only of an engine that does</li>
 *   <li>{@code quipu.store.reads}: keys read</li>
 * </ul>
 *
 * Only what succeeded is counted. Thread-safe.
 */
public final class StoreMetrics {

    /** Shown by Prometheus as {@code quipu_store_written_bytes_total}. */
    public static final String WRITTEN_BYTES = "quipu.store.written.bytes";

    /** Documents inserted, replaced or removed. */
    public static final String WRITES = "quipu.store.writes";

    /** Writes whose condition did not hold. */
    public static final String CONFLICTS = "quipu.store.conflicts";

    /** Groups of writes synced before their acknowledgement. */
    public static final String SYNCS = "quipu.store.syncs";

    /** Syncs as the engine counted them. */
    public static final String ENGINE_SYNCS = "quipu.store.engine.syncs";

    /** Keys read. */
    public static final String READS = "quipu.store.reads";

    private final MeterRegistry registry;
    private final Counter writtenBytes;
    private final Counter writes;
    private final Counter conflicts;
    private final Counter syncs;
    private final Counter reads;

    /** Registers the counters. */
    public StoreMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.writtenBytes = Counter.builder(WRITTEN_BYTES).baseUnit("bytes")
                .description("Key and value bytes handed to the store's engine, index entries included").register(registry);
        this.writes = Counter.builder(WRITES).description("Documents inserted, replaced or removed").register(registry);
        this.conflicts = Counter.builder(CONFLICTS).description("Writes whose condition did not hold").register(registry);
        this.syncs = Counter.builder(SYNCS).description("Groups of writes synced before their acknowledgement").register(registry);
        this.reads = Counter.builder(READS).description("Keys read").register(registry);
    }

    /** Documents were written, with this many bytes for the engine. */
    public void wrote(int documents, long bytes) {
        writes.increment(documents);
        writtenBytes.increment(bytes);
    }

    /** Conditions did not hold. */
    public void conflicted(int count) {
        conflicts.increment(count);
    }

    /** One group of writes was synced. */
    public void synced() {
        syncs.increment();
    }

    /** Keys were read. */
    public void read(int keys) {
        reads.increment(keys);
    }

    /**
     * Shows the engine's own count of syncs beside ours. The store is held weakly.
     *
     * @param syncs must answer at any time, after the store was closed too
     */
    public <S extends DocumentStore> void engineSyncs(S store, ToDoubleFunction<S> syncs) {
        FunctionCounter.builder(ENGINE_SYNCS, store, syncs).description("Syncs of its log as the store's engine counted them").register(registry);
    }
}
