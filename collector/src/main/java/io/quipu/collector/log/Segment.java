package io.quipu.collector.log;

import java.util.List;

/**
 * One segment of a partition's log; immutable once inserted.
 *
 * @param version the format, {@link #VERSION}
 * @param partition the partition
 * @param segment its number n; segments are numbered without holes
 * @param writer the id of the append that wrote it, so that after an unclear answer the appender knows its own
 * @param time the log time: the highest of segment n−1's time and the collector's clock, milliseconds since the epoch
 * @param sequence how many usages the partition's log held before this segment
 * @param latestEnd the latest end of a usage of the partition's log up to and with this segment, milliseconds since the epoch;
 *     {@link #UNKNOWN_END}, also for null, of what was appended by a release that did not say it, and of all behind that
 * @param usage the usages, in order
 */
public record Segment(int version, int partition, long segment, String writer, long time, long sequence,
        Long latestEnd, List<LoggedUsage> usage) {

    /** The format that this release writes; a newer one is refused. */
    public static final int VERSION = 1;

    /** In place of an end that is not known: later than all. */
    static final long UNKNOWN_END = Long.MAX_VALUE;

    /** In place of the latest end of nothing: earlier than all. */
    static final long NO_END = Long.MIN_VALUE;

    /** Copies the list; refuses a format of a newer release. */
    public Segment {
        if (version > VERSION) {
            throw new IllegalStateException("segment " + partition + "/" + segment + " has format " + version
                    + ", this release knows " + VERSION);
        }
        latestEnd = latestEnd == null ? UNKNOWN_END : latestEnd;
        usage = List.copyOf(usage);
    }
}
