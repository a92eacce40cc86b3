package io.quipu.collector.lease;

/**
 * What waits in the partitions that an instance drives, or several do.
 *
 * @param backlog usages accepted and not driven yet
 * @param oldest the log time at which the oldest of them was accepted, milliseconds since the epoch; 0 when nothing waits
 */
public record Load(long backlog, long oldest) {

    /** Nothing waits. */
    public static final Load NONE = new Load(0, 0);

    /** This and another one together. */
    public Load plus(Load other) {
        long first = oldest == 0 || other.oldest == 0 ? Math.max(oldest, other.oldest) : Math.min(oldest, other.oldest);
        return new Load(backlog + other.backlog, first);
    }
}
