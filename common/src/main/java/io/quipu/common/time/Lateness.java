package io.quipu.common.time;

import java.time.Duration;

/**
 * How late and how early usage may come, judged by the time it ended.
 *
 * <p>With a slack of PT48H and a lead of PT10M, at 2026-11-21T12:00: an end of 2026-11-19T12:00 is accepted and one
 * millisecond earlier is too late; an end of 12:10 is accepted and one millisecond later is in the future.
 *
 * @param slack how old an end may be, at most
 * @param lead how far ahead an end may be, at most (clocks of providers differ)
 */
public record Lateness(Duration slack, Duration lead) {

    /** The longest slack or lead that can be configured. */
    public static final Duration MAX = Duration.ofDays(100_000);

    /** Checks that both are between zero and {@link #MAX}. */
    public Lateness {
        check("slack", slack);
        check("lead", lead);
    }

    /** Whether usage with this end is older than the slack allows at that time; equal is not. */
    public boolean tooLate(long end, long now) {
        return end < now - slack.toMillis();
    }

    /** Whether usage with this end is further ahead than the lead allows at that time; equal is not. */
    public boolean inFuture(long end, long now) {
        return end > now + lead.toMillis();
    }

    private static void check(String name, Duration duration) {
        if (duration.isNegative() || duration.compareTo(MAX) > 0) {
            throw new IllegalArgumentException(name + " " + duration + " is not between PT0S and " + MAX);
        }
    }
}
