package io.quipu.collector.drive;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next try: doubling from {@code first} up to {@code longest}, each half fixed and half
 * random, so that partitions that failed together do not come back together.
 *
 * @param first the wait after the first failure, at most
 * @param longest the longest wait
 * @param random where the random half comes from
 */
public record Backoff(Duration first, Duration longest, RandomGenerator random) {

    private static final int MAX_DOUBLINGS = 30;

    /** Checks that the waits are positive and in order. */
    public Backoff {
        if (first.toMillis() < 1 || longest.compareTo(first) < 0) {
            throw new IllegalArgumentException("no backoff from " + first + " to " + longest);
        }
    }

    /** The wait after so many failures in a row, from 1. */
    public Duration after(int failures) {
        int doublings = Math.min(Math.max(failures, 1) - 1, MAX_DOUBLINGS);
        long whole = Math.min(longest.toMillis(), first.toMillis() << doublings);
        return jittered(Duration.ofMillis(whole));
    }

    /** Between half of a wait and all of it. */
    public Duration jittered(Duration whole) {
        long millis = whole.toMillis();
        return Duration.ofMillis(millis - millis / 2 + random.nextLong(millis / 2 + 1));
    }
}
