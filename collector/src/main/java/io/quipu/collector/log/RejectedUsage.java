package io.quipu.collector.log;

import io.quipu.common.usage.Rejection;

/**
 * A usage that was accepted and counts nowhere, as the collector keeps it: stored before the cursor passes it.
 *
 * @param version the format, {@link #VERSION}
 * @param partition the partition
 * @param rejection which position, who found it, and why
 */
public record RejectedUsage(int version, int partition, Rejection rejection) {

    /** The format that this release writes; a newer one is refused. */
    public static final int VERSION = 1;

    /** Refuses a format of a newer release. */
    public RejectedUsage {
        if (version > VERSION) {
            throw new IllegalStateException("rejected usage has format " + version + ", this release knows " + VERSION);
        }
    }
}
