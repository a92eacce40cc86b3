package io.quipu.common.metrics;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.stream.LongStream;

/**
 * The upper bounds of the buckets of all histograms: few, so that a histogram costs as much as a counter and a scrape stays
 * small. A quantile is as exact as the bucket that it falls in.
 */
public final class Buckets {

    private static final Duration[] CALL = millis(1, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000);

    private static final Duration[] STORE = micros(50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 100_000, 500_000,
            2_500_000);

    private static final Duration[] PIPELINE = millis(10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 15_000, 60_000, 300_000,
            3_600_000);

    private static final double[] USAGES = {1, 10, 50, 100, 250, 500, 1_000, 4_000};

    private static final double[] BYTES = {1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304};

    private Buckets() {
    }

    /** A timer of requests and calls: 1 ms to 30 s. */
    public static Timer.Builder call(String name) {
        return Timer.builder(name).serviceLevelObjectives(CALL);
    }

    /** A timer of reads and writes of a store: 50 µs to 2.5 s. */
    public static Timer.Builder store(String name) {
        return Timer.builder(name).serviceLevelObjectives(STORE);
    }

    /** A timer of the way from acceptance to the reports: 10 ms to an hour. */
    public static Timer.Builder pipeline(String name) {
        return Timer.builder(name).serviceLevelObjectives(PIPELINE);
    }

    /** A distribution of numbers of usages, or of documents: 1 to 4,000. */
    public static DistributionSummary.Builder usages(String name) {
        return DistributionSummary.builder(name).serviceLevelObjectives(USAGES);
    }

    /** A distribution of sizes: 1 KiB to 4 MiB. */
    public static DistributionSummary.Builder bytes(String name) {
        return DistributionSummary.builder(name).serviceLevelObjectives(BYTES);
    }

    private static Duration[] millis(long... bounds) {
        return LongStream.of(bounds).mapToObj(Duration::ofMillis).toArray(Duration[]::new);
    }

    private static Duration[] micros(long... bounds) {
        return LongStream.of(bounds).mapToObj(bound -> Duration.ofNanos(bound * 1_000)).toArray(Duration[]::new);
    }
}
