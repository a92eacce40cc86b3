package io.quipu.common.usage;

import java.util.List;

/**
 * What one usage changed in the windows of its resource instance, on its way from the accumulator to the aggregator.
 *
 * @param position its position in the partition's log
 * @param acceptedAt the log time at which it was accepted, milliseconds since the epoch
 * @param origin who used what, when
 * @param pin account, prices and plans, decided at acceptance
 * @param accumulatedUsage the changes, one per metric; empty when rejected
 * @param levels the changes of levels, ascending by time; null when there are none, see {@link #levelChanges}. A usage that the
 *     aggregator has rejected comes again with the same: they say which documents have to pass it
 * @param event what happened, when it is an event: it has no effect but on levels; null when it is a usage
 * @param rejection why the usage counts nowhere, or null when it counts
 */
public record AccumulatedUsage(long position, long acceptedAt, Origin origin, Pin pin,
        List<MetricChange> accumulatedUsage, List<LevelChange> levels, Event event, Rejection rejection)
        implements Positioned {

    /** Copies the lists. */
    public AccumulatedUsage {
        accumulatedUsage = List.copyOf(accumulatedUsage);
        levels = levels == null || levels.isEmpty() ? null : List.copyOf(levels);
    }

    /** A usage that is no event. */
    public AccumulatedUsage(long position, long acceptedAt, Origin origin, Pin pin, List<MetricChange> accumulatedUsage,
            List<LevelChange> levels, Rejection rejection) {
        this(position, acceptedAt, origin, pin, accumulatedUsage, levels, null, rejection);
    }

    /** A usage that changes no level. */
    public AccumulatedUsage(long position, long acceptedAt, Origin origin, Pin pin, List<MetricChange> accumulatedUsage,
            Rejection rejection) {
        this(position, acceptedAt, origin, pin, accumulatedUsage, null, null, rejection);
    }

    /** The changes of levels, ascending by time. */
    public List<LevelChange> levelChanges() {
        return levels == null ? List.of() : levels;
    }
}
