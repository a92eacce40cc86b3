package io.quipu.collector.lease;

import java.time.Duration;

/**
 * When leases and signals are looked at.
 *
 * @param beat how long after one beat the next one follows
 * @param patience how long an instance is seen without a new beat until it is dead; at least {@link #MIN_BEATS} beats
 * @param interval how long after the signal had news it is looked at again; times the number of instances, how often each of
 *     them may raise it
 * @param poll how long after a look the next one follows when there has been no news for a while
 */
public record LeaseTimes(Duration beat, Duration patience, Duration interval, Duration poll) {

    /** Beats that may be missed. */
    public static final int MIN_BEATS = 3;

    /** What 0019 says. */
    public static final LeaseTimes DEFAULT = new LeaseTimes(Duration.ofMillis(1_500), Duration.ofSeconds(6),
            Duration.ofMillis(100), Duration.ofMillis(1_250));

    /** Checks that they are positive and fit each other. */
    public LeaseTimes {
        if (beat.toMillis() < 1 || interval.toMillis() < 1) {
            throw new IllegalArgumentException("a beat of " + beat + " and an interval of " + interval + " have to be positive");
        }
        if (patience.compareTo(beat.multipliedBy(MIN_BEATS)) < 0) {
            throw new IllegalArgumentException("a patience of " + patience + " is less than " + MIN_BEATS + " beats of " + beat);
        }
        if (poll.compareTo(interval) < 0) {
            throw new IllegalArgumentException("a poll of " + poll + " is less than the interval of " + interval);
        }
    }
}
