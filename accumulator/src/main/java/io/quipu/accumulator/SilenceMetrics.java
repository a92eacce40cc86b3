package io.quipu.accumulator;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.quipu.common.running.RunningPage.Silent;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/** Shows which resources are silent, as the last check has found. */
final class SilenceMetrics {

    /** Resources that have a series of their own: those that are silent for the longest time. */
    static final int MAX_SERIES = 100;

    private static final int MILLIS_PER_SECOND = 1_000;

    private final SilentResources resources;
    private final Clock clock;
    private final MultiGauge seconds;

    SilenceMetrics(SilentResources resources, Clock clock, MeterRegistry registry) {
        this.resources = resources;
        this.clock = clock;
        this.seconds = MultiGauge.builder("quipu.silence").description("Since when nothing was heard of a resource that is silent")
                .baseUnit("seconds").register(registry);
        Gauge.builder("quipu.silent.resources", resources, found -> found.found().size())
                .description("Resources of which something runs, and nothing was heard for long").register(registry);
    }

    /** Takes over what was found. */
    void update() {
        List<Silent> longest = resources.found().stream().sorted(Comparator.comparingLong(Silent::heardAt)
                .thenComparing(Silent::resourceId)).limit(MAX_SERIES).toList();
        seconds.register(longest.stream().map(silent -> MultiGauge.Row.of(Tags.of("resource", silent.resourceId()),
                () -> Duration.ofMillis(clock.millis() - silent.heardAt()).toMillis() / MILLIS_PER_SECOND)).toList(), true);
    }
}
