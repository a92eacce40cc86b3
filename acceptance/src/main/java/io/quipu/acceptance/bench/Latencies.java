package io.quipu.acceptance.bench;

import org.HdrHistogram.Histogram;

/**
 * How long something took, in milliseconds.
 *
 * @param count how often
 * @param p50 half took at most that long
 * @param p99 of a hundred, 99
 * @param p999 of a thousand, 999
 * @param max the longest
 */
record Latencies(long count, double p50, double p99, double p999, double max) {

    private static final double NANOS_OF_MILLI = 1_000_000.0;
    private static final long LONGEST_NANOS = 600_000_000_000L;
    private static final int DIGITS = 3;

    /** A recorder of nanoseconds, of one thread. */
    static Histogram recorder() {
        return new Histogram(LONGEST_NANOS, DIGITS);
    }

    /** Records a time; one longer than ten minutes counts as ten minutes. */
    static void record(Histogram recorder, long nanos) {
        recorder.recordValue(Math.max(0, Math.min(nanos, LONGEST_NANOS)));
    }

    static Latencies of(Histogram recorded) {
        return new Latencies(recorded.getTotalCount(), millis(recorded, 50), millis(recorded, 99), millis(recorded, 99.9),
                recorded.getMaxValue() / NANOS_OF_MILLI);
    }

    private static double millis(Histogram recorded, double percentile) {
        return recorded.getValueAtPercentile(percentile) / NANOS_OF_MILLI;
    }
}
