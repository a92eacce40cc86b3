package io.quipu.collector.log;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import io.quipu.common.metrics.Buckets;
import java.time.Clock;
import java.util.concurrent.TimeUnit;

/** What the log counts, times and shows. */
final class LogMetrics {

    private final MeterRegistry meters;
    private final DistributionSummary segments;
    private final Timer append;
    private final Counter taken;
    private final Counter unclear;
    private final Counter trimmed;
    private final Counter clockBehind;

    LogMetrics(MeterRegistry meters, Backlog backlog, LogSettings settings, Clock clock) {
        this.meters = meters;
        segments = Buckets.usages("quipu.collector.segment.usages")
                .description("Usages of each segment acknowledged by this process").register(meters);
        append = Buckets.call("quipu.collector.append")
                .description("Appending a segment, until it is durable or refused").register(meters);
        taken = retries("taken");
        unclear = retries("unclear");
        trimmed = retries("trimmed");
        clockBehind = Counter.builder("quipu.collector.clock.behind")
                .description("Appends refused because this machine's clock is behind the log").register(meters);
        Gauge.builder("quipu.collector.backlog.usages", backlog, b -> b.shared().backlog())
                .description("Usages accepted and not driven yet, by whichever instance").register(meters);
        Gauge.builder("quipu.collector.backlog.per.instance.usages", backlog, b -> (double) b.shared().backlog() / b.instances())
                .description("The backlog over the number of instances").register(meters);
        Gauge.builder("quipu.collector.instances", backlog, Backlog::instances)
                .description("Instances that share this log").register(meters);
        Gauge.builder("quipu.collector.partitions", backlog, Backlog::heldPartitions)
                .description("Partitions that this instance drives").register(meters);
        Gauge.builder("quipu.collector.backlog.limit.usages", settings, LogSettings::maxBacklog)
                .description("The backlog above which no usage is accepted").register(meters);
        TimeGauge.builder("quipu.collector.oldest.unprocessed", backlog, TimeUnit.SECONDS, b -> b.oldestSeconds(clock))
                .description("How long ago the oldest usage that is not driven was accepted").register(meters);
    }

    private Counter retries(String reason) {
        return Counter.builder("quipu.collector.append.retries").description("Tries of appends that had to be made again, by reason")
                .tag("reason", reason).register(meters);
    }

    /** Now, in nanoseconds. */
    long now() {
        return meters.config().clock().monotonicTime();
    }

    /** A segment of so many usages is durable. */
    void segment(int usages) {
        segments.record(usages);
    }

    /** An append that was begun at that {@linkplain #now time} is over. */
    void appendedSince(long begun) {
        append.record(now() - begun, TimeUnit.NANOSECONDS);
    }

    /** Another collector's segment has the number that was tried. */
    void taken() {
        taken.increment();
    }

    /** The store gave no clear answer. */
    void unclear() {
        unclear.increment();
    }

    /** The segment was written below the kept log. */
    void trimmed() {
        trimmed.increment();
    }

    /** This machine's clock is too far behind the log. */
    void clockBehind() {
        clockBehind.increment();
    }
}
