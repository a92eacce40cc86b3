package io.quipu.collector.log;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import java.time.Clock;
import java.util.concurrent.TimeUnit;

/** What the log counts. */
final class LogMetrics {

    private final Counter segments;
    private final Counter clockBehind;

    LogMetrics(MeterRegistry meters, Backlog backlog, Clock clock) {
        segments = Counter.builder("quipu.collector.segments")
                .description("Segments acknowledged by this process").register(meters);
        clockBehind = Counter.builder("quipu.collector.clock.behind")
                .description("Appends refused because this machine's clock is behind the log").register(meters);
        Gauge.builder("quipu.collector.backlog.usages", backlog, Backlog::usages)
                .description("Usages accepted and not driven yet").register(meters);
        TimeGauge.builder("quipu.collector.oldest.unprocessed", backlog, TimeUnit.SECONDS, b -> b.oldestSeconds(clock))
                .description("How long ago the oldest usage that is not driven was accepted").register(meters);
    }

    void segment() {
        segments.increment();
    }

    void clockBehind() {
        clockBehind.increment();
    }
}
