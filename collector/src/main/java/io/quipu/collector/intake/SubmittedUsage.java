package io.quipu.collector.intake;

import io.quipu.collector.log.LoggedUsage;
import io.quipu.common.usage.Event;
import io.quipu.common.usage.MeasuredQuantity;
import io.quipu.common.usage.Origin;
import io.quipu.common.usage.Pin;
import java.util.List;

/**
 * A usage, or an event, as a provider sent it: a valid document, of which nothing is decided yet.
 *
 * @param origin who used what, when
 * @param measuredUsage the measured values, in the order they came, no measure twice; may be empty
 * @param dedupId the provider's id that tells usages with equal times apart, or null
 * @param region the provider's region, or null
 * @param event what happened, when it is an event; null when it is a usage
 */
public record SubmittedUsage(Origin origin, List<MeasuredQuantity> measuredUsage, String dedupId, String region,
        Event event) {

    /** A usage that is no event. */
    public SubmittedUsage(Origin origin, List<MeasuredQuantity> measuredUsage, String dedupId, String region) {
        this(origin, measuredUsage, dedupId, region, null);
    }

    /** Copies the list. */
    public SubmittedUsage {
        measuredUsage = List.copyOf(measuredUsage);
    }

    /** As the log keeps it, under the terms decided for it. */
    LoggedUsage under(Pin pin) {
        return new LoggedUsage(origin, pin, measuredUsage, dedupId, region, event, null);
    }
}
