package io.quipu.collector.web;

import java.time.Duration;

/**
 * What the endpoints of usage and events take at most.
 *
 * @param maxBody bytes of a body
 * @param maxSnapshotBody bytes of the body of a snapshot, which is not kept in memory
 * @param maxInFlight requests at the same time
 * @param appendTimeout how long a request waits until its usages are durable
 */
public record UsageLimits(int maxBody, long maxSnapshotBody, int maxInFlight, Duration appendTimeout) {

    /** Checks that all are positive, and that one byte more than a body can be read. */
    public UsageLimits {
        if (maxBody < 1 || maxBody == Integer.MAX_VALUE) {
            throw new IllegalArgumentException("quipu.max-body " + maxBody + " must be at least 1 and below 2 GiB - 1");
        }
        if (maxSnapshotBody < 1) {
            throw new IllegalArgumentException("quipu.max-snapshot-body " + maxSnapshotBody + " must be at least 1");
        }
        if (maxInFlight < 1) {
            throw new IllegalArgumentException("quipu.max-in-flight " + maxInFlight + " must be at least 1");
        }
        if (appendTimeout.toMillis() < 1) {
            throw new IllegalArgumentException("quipu.append-timeout " + appendTimeout + " must be at least 1 ms");
        }
    }
}
