package io.quipu.collector.log;

import io.quipu.common.usage.CollectedUsage;
import io.quipu.common.usage.MeasuredQuantity;
import io.quipu.common.usage.Origin;
import io.quipu.common.usage.Pin;
import java.util.List;

/**
 * A usage as the log keeps it: what the provider sent, and what was pinned when it was accepted. Its position follows
 * from where it stands.
 *
 * @param origin who used what, when
 * @param pin account, prices and plans
 * @param measuredUsage the measured values, in the order they came
 * @param dedupId the provider's id that tells usages with equal times apart, or null
 * @param region the provider's region, carried, not used; or null
 */
public record LoggedUsage(Origin origin, Pin pin, List<MeasuredQuantity> measuredUsage, String dedupId, String region) {

    /** Copies the list. */
    public LoggedUsage {
        measuredUsage = List.copyOf(measuredUsage);
    }

    /** As it is driven down the pipeline. */
    public CollectedUsage collected(long position, long acceptedAt) {
        return new CollectedUsage(position, acceptedAt, origin, pin, measuredUsage);
    }
}
