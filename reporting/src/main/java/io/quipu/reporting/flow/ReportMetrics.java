package io.quipu.reporting.flow;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quipu.common.metrics.Buckets;
import io.quipu.reporting.report.Depth;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What reports are counted and timed by. Thread-safe. */
final class ReportMetrics {

    private final MeterRegistry meters;
    private final Map<Depth, Timer> reports = new EnumMap<>(Depth.class);
    private final DistributionSummary sizes;
    private final Counter retried;
    private final Counter unsettled;

    ReportMetrics(MeterRegistry meters) {
        this.meters = meters;
        for (Depth depth : Depth.values()) {
            reports.put(depth, Buckets.call("quipu.reporting.report")
                    .description("Making a report, until all of it is there to be sent").tag("depth", depth.id()).register(meters));
        }
        this.sizes = Buckets.bytes("quipu.reporting.report.size").baseUnit("bytes").description("Sizes of reports")
                .register(meters);
        this.retried = Counter.builder("quipu.reporting.cuts.retried")
                .description("Reports read again because a consumer was ahead of its parent").register(meters);
        this.unsettled = Counter.builder("quipu.reporting.cuts.unsettled")
                .description("Reports totalled from their consumers").register(meters);
    }

    /** Now, in nanoseconds. */
    long now() {
        return meters.config().clock().monotonicTime();
    }

    /** A report that was begun at that {@linkplain #now time} is made. */
    void made(Depth depth, long length, long begun) {
        reports.get(depth).record(now() - begun, TimeUnit.NANOSECONDS);
        sizes.record(length);
    }

    void retried() {
        retried.increment();
    }

    void unsettled() {
        unsettled.increment();
    }
}
