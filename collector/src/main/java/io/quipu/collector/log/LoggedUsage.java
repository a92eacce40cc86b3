package io.quipu.collector.log;

import io.quipu.common.usage.CollectedUsage;
import io.quipu.common.usage.Event;
import io.quipu.common.usage.MeasuredQuantity;
import io.quipu.common.usage.Origin;
import io.quipu.common.usage.Pin;
import java.util.List;

/**
 * A usage, or an event, as the log keeps it: what the provider sent, and what was pinned when it was accepted. Its position
 * follows from where it stands.
 *
 * @param origin who used what, when
 * @param pin account, prices and plans; null in the entry with which a complete snapshot ends, which has no plan
 * @param measuredUsage the measured values, in the order they came
 * @param dedupId the provider's id that tells usages with equal times apart, or null; of the end of a snapshot of all
 *     organizations, which stands in every partition, the partition
 * @param region the provider's region, carried, not used; or null
 * @param event what happened, when it is an event, whose time is the origin's start and end; null when it is a usage, and then
 *     there is no such member
 * @param trace the {@code traceparent} of its append, by which its trace is continued when it is driven; null when it is not
 *     recorded, and then there is no such member: segments of releases that knew none read the same. No part of its key or
 *     content, and never sent on in a batch
 */
public record LoggedUsage(Origin origin, Pin pin, List<MeasuredQuantity> measuredUsage, String dedupId, String region,
        Event event, String trace) {

    /** Copies the list. */
    public LoggedUsage {
        measuredUsage = List.copyOf(measuredUsage);
    }

    /** A usage that is not recorded in a trace. */
    public LoggedUsage(Origin origin, Pin pin, List<MeasuredQuantity> measuredUsage, String dedupId, String region) {
        this(origin, pin, measuredUsage, dedupId, region, null, null);
    }

    /**
     * The end of a complete snapshot of an organization.
     *
     * @param resourceId the resource
     * @param time the snapshot's time, milliseconds since the epoch
     * @param id the snapshot's id; null when it has none
     */
    public static LoggedUsage complete(String organizationId, String resourceId, long time, String id) {
        return complete(organizationId, resourceId, time, id, null);
    }

    /** The end of a complete snapshot of all organizations, in one partition. */
    public static LoggedUsage completeOfAll(int partition, String resourceId, long time, String id) {
        return complete("", resourceId, time, id, Integer.toString(partition));
    }

    private static LoggedUsage complete(String organizationId, String resourceId, long time, String id, String dedupId) {
        return new LoggedUsage(new Origin(organizationId, "", "", resourceId, "", "", time, time), null, List.of(), dedupId,
                null, new Event(Event.Kind.COMPLETE, id), null);
    }

    /** Whether it is the end of a complete snapshot: no usage, and nowhere shown, counted or sent. */
    public boolean completes() {
        return event != null && event.kind() == Event.Kind.COMPLETE;
    }

    /** The same, recorded in a trace. */
    LoggedUsage in(String traceparent) {
        return new LoggedUsage(origin, pin, measuredUsage, dedupId, region, event, traceparent);
    }

    /** As it is driven down the pipeline. */
    public CollectedUsage collected(long position, long acceptedAt) {
        return new CollectedUsage(position, acceptedAt, origin, pin, measuredUsage, event);
    }
}
