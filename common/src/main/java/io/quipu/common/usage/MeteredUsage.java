package io.quipu.common.usage;

import java.util.List;

/**
 * A usage whose measures have become metrics, on its way from the meter to the accumulator.
 *
 * @param position its position in the partition's log
 * @param acceptedAt the log time at which it was accepted, milliseconds since the epoch
 * @param origin who used what, when
 * @param pin account, prices and plans, decided at acceptance
 * @param meteredUsage the metrics of which at least one measure was in the usage, in the plan's order
 * @param event what happened, when it is an event; null when it is a usage
 */
public record MeteredUsage(long position, long acceptedAt, Origin origin, Pin pin,
        List<MeteredQuantity> meteredUsage, Event event)
        implements Positioned {

    /** A usage that is no event. */
    public MeteredUsage(long position, long acceptedAt, Origin origin, Pin pin, List<MeteredQuantity> meteredUsage) {
        this(position, acceptedAt, origin, pin, meteredUsage, null);
    }

    /** Copies the list. */
    public MeteredUsage {
        meteredUsage = List.copyOf(meteredUsage);
    }
}
