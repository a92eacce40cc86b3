package io.quipu.collector.log;

/**
 * Where a partition's log begins. Raised durably before segments are removed, so that an appender whose tail is old
 * finds out that it wrote where nobody reads.
 *
 * @param version the format, {@link #VERSION}
 * @param lowest the lowest segment kept
 * @param removed segments below this one have been removed; those from here up to {@code lowest} may still exist
 * @param time the log time of segment {@code lowest - 1}, so that log time does not fall when an emptied log goes on
 * @param sequence how many usages the log held below {@code lowest}
 */
public record Trim(int version, long lowest, long removed, long time, long sequence) {

    /** The format that this release writes; a newer one is refused. */
    public static final int VERSION = 1;

    /** Of a log that was never trimmed. */
    public static final Trim NONE = new Trim(VERSION, 0, 0, 0, 0);

    /** Refuses a format of a newer release. */
    public Trim {
        if (version > VERSION) {
            throw new IllegalStateException("trim mark has format " + version + ", this release knows " + VERSION);
        }
    }

    /** After its segments below {@code segment} were removed. */
    Trim removedTo(long segment) {
        return new Trim(VERSION, lowest, segment, time, sequence);
    }
}
