package io.quipu.collector.drive;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quipu.common.metrics.Buckets;
import io.quipu.common.metrics.UsageCounts;
import io.quipu.common.stage.StageMetrics;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What driving counts and times, over all partitions. A usage is counted when the cursor passes it, hence once, whatever was
 * repeated before.
 */
final class DriveMetrics {

    private static final String PROCESSED = "processed";
    private static final String DUPLICATE = "duplicate";

    private final MeterRegistry meters;
    private final UsageCounts usages;
    private final DistributionSummary batches;
    private final Timer batch;
    private final Timer endToEnd;
    private final Map<Retry, Counter> retries = new EnumMap<>(Retry.class);
    private final Counter reconciledLate;
    private final Counter emptyReads;
    private final AtomicInteger stuck = new AtomicInteger();

    /** Why a batch is driven again. */
    enum Retry { STALE, UNAVAILABLE, STORE, BROKEN }

    DriveMetrics(MeterRegistry meters) {
        this.meters = meters;
        this.usages = new UsageCounts(meters, "quipu.driver.usages", "Usages that the cursor has passed, by what became of them",
                List.of(PROCESSED, DUPLICATE), StageMetrics.REJECTION_CODES);
        this.batches = Buckets.usages("quipu.driver.batch.usages").description("Usages of each batch driven").register(meters);
        this.batch = Buckets.call("quipu.driver.batch")
                .description("Driving a batch, from its first deduplication mark until the cursor has moved").register(meters);
        this.endToEnd = Buckets.pipeline("quipu.driver.end.to.end")
                .description("From the acceptance of a usage until it is in every report").register(meters);
        for (Retry reason : Retry.values()) {
            retries.put(reason, Counter.builder("quipu.driver.retries").description("Batches that are driven again, by reason")
                    .tag("reason", reason.name().toLowerCase(Locale.ROOT)).register(meters));
        }
        this.reconciledLate = Counter.builder("quipu.reconciliation.late")
                .description("Instances that a complete snapshot did not list, found too late to be closed").register(meters);
        this.emptyReads = Counter.builder("quipu.collector.empty.reads")
                .description("Looks for something to drive, of a partition or of the signal, that found nothing new").register(meters);
        Gauge.builder("quipu.driver.stuck", stuck, AtomicInteger::get)
                .description("Partitions that cannot go on without an operator").register(meters);
    }

    /** Now, in nanoseconds. */
    long now() {
        return meters.config().clock().monotonicTime();
    }

    /** A batch that was begun at that {@linkplain #now time} is committed. */
    void batchSince(long begun, int size) {
        batch.record(now() - begun, TimeUnit.NANOSECONDS);
        batches.record(size);
    }

    void duplicates(long count) {
        usages.count(DUPLICATE, count);
    }

    void rejected(String code) {
        usages.rejected(code, 1);
    }

    void processed(long count) {
        usages.count(PROCESSED, count);
    }

    /** A usage is in every report, so many milliseconds after it was accepted. */
    void endToEnd(long millis) {
        endToEnd.record(Math.max(0, millis), TimeUnit.MILLISECONDS);
    }

    void retry(Retry reason) {
        retries.get(reason).increment();
    }

    /** So many instances go on that a complete snapshot did not list. */
    void reconciledLate(long count) {
        reconciledLate.increment(count);
    }

    /** Somebody looked for something to drive, and there was nothing new. */
    void emptyRead() {
        emptyReads.increment();
    }

    void stuck(int change) {
        stuck.addAndGet(change);
    }
}
