package io.quipu.collector.drive;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;

/** What driving counts, over all partitions. */
final class DriveMetrics {

    private final MeterRegistry meters;
    private final Counter duplicates;
    private final AtomicInteger stuck = new AtomicInteger();

    DriveMetrics(MeterRegistry meters) {
        this.meters = meters;
        this.duplicates = Counter.builder("quipu.collector.duplicates")
                .description("Usages found to be duplicates when they were driven").register(meters);
        Gauge.builder("quipu.driver.stuck", stuck, AtomicInteger::get)
                .description("Partitions that cannot go on without an operator").register(meters);
    }

    void duplicates(long usages) {
        duplicates.increment(usages);
    }

    void rejected(String code) {
        Counter.builder("quipu.collector.rejected").description("Usages rejected by a stage")
                .tag("code", code).register(meters).increment();
    }

    void stuck(int change) {
        stuck.addAndGet(change);
    }
}
