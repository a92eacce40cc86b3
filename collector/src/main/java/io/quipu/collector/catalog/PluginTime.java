package io.quipu.collector.catalog;

import java.time.Clock;
import java.time.Duration;

/** The time that plugins are asked for: that of acceptance, rounded down, so that equal questions look equal. */
final class PluginTime {

    private static final long STEP = Duration.ofMinutes(10).toMillis();

    private PluginTime() {
    }

    static long of(Clock clock) {
        return Math.floorDiv(clock.millis(), STEP) * STEP;
    }
}
