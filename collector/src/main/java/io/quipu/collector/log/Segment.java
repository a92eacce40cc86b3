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
 * @param usage the usages, in order
 */
public record Segment(int version, int partition, long segment, String writer, long time, long sequence,
        List<LoggedUsage> usage) {

    /** The format that this release writes; a newer one is refused. */
    public static final int VERSION = 1;

    /** Copies the list; refuses a format of a newer release. */
    public Segment {
        if (version > VERSION) {
            throw new IllegalStateException("segment " + partition + "/" + segment + " has format " + version
                    + ", this release knows " + VERSION);
        }
        usage = List.copyOf(usage);
    }
}
