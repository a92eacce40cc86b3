package io.quipu.collector.log;

/**
 * How the log is set up.
 *
 * @param partitions into how many partitions organizations are hashed: fixed when a deployment's log is first opened
 * @param maxBacklog usages that may be accepted and not driven yet, by whichever instance
 * @param rounds rounds of appending that can be under way at a time
 * @param times what log time decides
 */
public record LogSettings(int partitions, long maxBacklog, int rounds, LogTimes times) {

    /** The most partitions that can be configured. */
    public static final int MAX_PARTITIONS = 4_096;

    /** Checks the numbers. */
    public LogSettings {
        if (partitions < 1 || partitions > MAX_PARTITIONS) {
            throw new IllegalArgumentException(partitions + " partitions are not between 1 and " + MAX_PARTITIONS);
        }
        if (maxBacklog < 1) {
            throw new IllegalArgumentException("a backlog of at most " + maxBacklog + " usages takes none");
        }
        if (rounds < 1) {
            throw new IllegalArgumentException(rounds + " rounds of appending are none");
        }
    }
}
