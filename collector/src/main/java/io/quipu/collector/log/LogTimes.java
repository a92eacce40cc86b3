package io.quipu.collector.log;

import io.quipu.common.time.Lateness;
import java.time.Duration;

/**
 * What log time decides: which usage is too late, when a segment may go, and when a deduplication mark may.
 *
 * <p>All three are judged by the time in segments, never by a clock, so that they are the same whenever and wherever they
 * are asked. The one exception is {@link #markExpiry}: a store can expire a mark by its own clock only.
 *
 * @param lateness how late usage may come
 * @param retention how long the log is kept, by log time at the cursor
 */
public record LogTimes(Lateness lateness, Duration retention) {

    /**
     * What log time may be ahead of the clock by which the intake judged a usage: queueing, and collectors whose clocks
     * differ. Usage that the intake accepted is refused here only beyond it.
     */
    public static final Duration GRACE = Duration.ofHours(1);

    /** How long a mark outlives the last usage it could be asked about, at least, however short the retention. */
    public static final Duration MIN_MARK_BACKSTOP = Duration.ofDays(30);

    /** The longest retention, so that times stay far from overflow. */
    public static final Duration MAX_RETENTION = Duration.ofDays(36_500);

    /** Checks the retention. */
    public LogTimes {
        if (retention.isNegative() || retention.compareTo(MAX_RETENTION) > 0) {
            throw new IllegalArgumentException("log retention " + retention + " is not between PT0S and "
                    + MAX_RETENTION);
        }
    }

    /** Whether usage with that end must not stand in a segment of that log time. */
    boolean tooLate(long end, long logTime) {
        return end < logTime - reach();
    }

    /**
     * How long before the log time of its segment a usage may have ended, in milliseconds. (Change the slack only when nothing is
     * undriven: what was appended under another one may have ended earlier.)
     */
    public long reach() {
        return lateness.slack().toMillis() + GRACE.toMillis();
    }

    /**
     * The earliest log time of a segment that can hold usage with that end: the lead before it, and {@link #GRACE} for
     * clocks that differ.
     */
    long earliest(long end) {
        return end - lateness.lead().toMillis() - GRACE.toMillis();
    }

    /** The latest log time of a segment that can hold usage with that end; later it is {@link #tooLate}. */
    long latest(long end) {
        return end + lateness.slack().toMillis() + GRACE.toMillis();
    }

    /**
     * Segments older than this may go, when the segment at the cursor has that log time. No deduplication question needs
     * them: usage that could still repeat theirs would be too late.
     */
    long trimBefore(long cursorTime) {
        long questions = lateness.slack().plus(lateness.lead()).plus(GRACE).toMillis();
        return cursorTime - Math.max(retention.toMillis(), questions);
    }

    /**
     * When the store may drop a mark: the retention of the log (at least {@link #MIN_MARK_BACKSTOP}) after the later of
     * the last log time at which a repetition can be accepted, end + slack + {@link #GRACE}, and its own log time.
     *
     * <p>A clock is safe here only because it is that far away: a mark would be missed by a repetition that was accepted in
     * time but driven a whole retention later, so only a partition that has not moved for 13 months, or a store whose
     * clock is 13 months ahead, could count twice. (A slack that is raised by more than the retention reopens
     * ends whose marks may be gone: raise it before such usage is first sent, not after.)
     */
    public long markExpiry(long end, long logTime) {
        long backstop = Math.max(retention.toMillis(), MIN_MARK_BACKSTOP.toMillis());
        return Math.max(end + lateness.slack().toMillis() + GRACE.toMillis(), logTime) + backstop;
    }
}
