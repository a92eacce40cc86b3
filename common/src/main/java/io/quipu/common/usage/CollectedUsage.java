package io.quipu.common.usage;

import java.util.List;

/**
 * An accepted usage on its way from the collector to the meter.
 *
 * @param position its position in the partition's log
 * @param acceptedAt the log time at which it was accepted, milliseconds since the epoch
 * @param origin who used what, when
 * @param pin account, prices and plans, decided at acceptance
 * @param measuredUsage the measured values
 * @param event what happened, when it is an event; null when it is a usage
 */
public record CollectedUsage(long position, long acceptedAt, Origin origin, Pin pin,
        List<MeasuredQuantity> measuredUsage, Event event)
        implements Positioned {

    /** A usage that is no event. */
    public CollectedUsage(long position, long acceptedAt, Origin origin, Pin pin, List<MeasuredQuantity> measuredUsage) {
        this(position, acceptedAt, origin, pin, measuredUsage, null);
    }

    /** Copies the list. */
    public CollectedUsage {
        measuredUsage = List.copyOf(measuredUsage);
    }
}
