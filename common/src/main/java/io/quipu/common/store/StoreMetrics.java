package io.quipu.common.store;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quipu.common.metrics.Buckets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToDoubleFunction;

/**
 * Counts and times what a store does; two stores on one registry add up.
 *
 * <ul>
 *   <li>{@code quipu.store.written.bytes}: key and value bytes handed to the engine, index entries and removals included</li>
 *   <li>{@code quipu.store.writes}: documents inserted, replaced or removed</li>
 *   <li>{@code quipu.store.conflicts}: writes whose condition did not hold, by {@code condition}: {@code absent} of an insert,
 *       {@code version} of a replacement or removal</li>
 *   <li>{@code quipu.store.syncs}: groups of writes that were synced before they were acknowledged</li>
 *   <li>{@code quipu.store.engine.syncs}: syncs of its log as the engine counted them itself; only of an engine that does</li>
 *   <li>{@code quipu.store.reads}: keys read</li>
 *   <li>{@code quipu.store.read}, {@code quipu.store.write}: how long calls took, a write with its wait for a group and a sync</li>
 *   <li>{@code quipu.store.sync}: how long it took to write and sync a group</li>
 *   <li>{@code quipu.store.group.documents}: documents written, or purged, by one sync</li>
 *   <li>{@code quipu.store.expired}: documents whose time was over and whose space was given back</li>
 *   <li>{@code quipu.store.purge.behind}: for how long the space of an expired document has been waiting to be given back</li>
 * </ul>
 *
 * Only what succeeded is counted. Timers belong to engines that have to wait for something. Thread-safe.
 */
public final class StoreMetrics {

    /** Shown by Prometheus as {@code quipu_store_written_bytes_total}. */
    public static final String WRITTEN_BYTES = "quipu.store.written.bytes";

    /** Documents inserted, replaced or removed. */
    public static final String WRITES = "quipu.store.writes";

    /** Writes whose condition did not hold, in two counters. */
    public static final String CONFLICTS = "quipu.store.conflicts";

    /** Groups of writes synced before their acknowledgement. */
    public static final String SYNCS = "quipu.store.syncs";

    /** Syncs as the engine counted them. */
    public static final String ENGINE_SYNCS = "quipu.store.engine.syncs";

    /** Keys read. */
    public static final String READS = "quipu.store.reads";

    /** Documents whose time was over and whose space was given back. */
    public static final String EXPIRED = "quipu.store.expired";

    /** How far the purge of expired documents is behind. */
    public static final String PURGE_BEHIND = "quipu.store.purge.behind";

    private static final double MILLIS = 1_000;

    private final MeterRegistry registry;
    private final Counter writtenBytes;
    private final Counter writes;
    private final Counter present;
    private final Counter outdated;
    private final Counter syncs;
    private final Counter reads;
    private final Timer readTime;
    private final Timer writeTime;
    private final Timer syncTime;
    private final DistributionSummary groups;
    private final Counter expired;
    private final AtomicLong purgeBehind = new AtomicLong();

    /** Registers the counters. */
    public StoreMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.writtenBytes = Counter.builder(WRITTEN_BYTES).baseUnit("bytes")
                .description("Key and value bytes handed to the store's engine, index entries included").register(registry);
        this.writes = Counter.builder(WRITES).description("Documents inserted, replaced or removed").register(registry);
        this.present = conflicts("absent");
        this.outdated = conflicts("version");
        this.syncs = Counter.builder(SYNCS).description("Groups of writes synced before their acknowledgement").register(registry);
        this.reads = Counter.builder(READS).description("Keys read").register(registry);
        this.readTime = Buckets.store("quipu.store.read").description("Calls that read").register(registry);
        this.writeTime = Buckets.store("quipu.store.write").description("Calls that write, until all is durable").register(registry);
        this.syncTime = Buckets.store("quipu.store.sync").description("Writing and syncing of a group of writes").register(registry);
        this.groups = Buckets.usages("quipu.store.group.documents").description("Documents written, or purged, by one sync").register(registry);
        this.expired = Counter.builder(EXPIRED).baseUnit("documents")
                .description("Documents whose time was over and whose space was given back").register(registry);
        Gauge.builder(PURGE_BEHIND, purgeBehind, millis -> millis.get() / MILLIS).baseUnit("seconds")
                .description("How long ago the soonest document expired that is still to be purged").register(registry);
    }

    private Counter conflicts(String condition) {
        return Counter.builder(CONFLICTS).description("Writes whose condition did not hold").tag("condition", condition)
                .register(registry);
    }

    /** Now, in nanoseconds, for the methods that measure a time. */
    public long now() {
        return registry.config().clock().monotonicTime();
    }

    /** Documents were written, with this many bytes for the engine. */
    public void wrote(int documents, long bytes) {
        writes.increment(documents);
        writtenBytes.increment(bytes);
    }

    /**
     * Conditions did not hold.
     *
     * @param inserts of inserts: a document was there
     * @param others of replacements and removals: the document had another version, or none
     */
    public void conflicted(int inserts, int others) {
        present.increment(inserts);
        outdated.increment(others);
    }

    /** One group of writes was synced: so many documents, begun at that {@linkplain #now time}. */
    public void synced(int documents, long begun) {
        syncs.increment();
        groups.record(documents);
        syncTime.record(now() - begun, TimeUnit.NANOSECONDS);
    }

    /**
     * Expired documents were purged.
     *
     * @param documents how many
     * @param behind how long ago, in milliseconds, the soonest has expired that may be left; 0 when none is
     */
    public void purged(int documents, long behind) {
        expired.increment(documents);
        purgeBehind.set(behind);
    }

    /** Keys were read. */
    public void read(int keys) {
        reads.increment(keys);
    }

    /** A call that reads, begun at that {@linkplain #now time}, is answered. */
    public void readSince(long begun) {
        readTime.record(now() - begun, TimeUnit.NANOSECONDS);
    }

    /** A call that writes, begun at that {@linkplain #now time}, is answered. */
    public void writtenSince(long begun) {
        writeTime.record(now() - begun, TimeUnit.NANOSECONDS);
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
