package io.quipu.collector.intake;

import io.quipu.common.usage.Event;

/**
 * What a snapshot says besides its instances.
 *
 * @param id its id, or null
 * @param timestamp its time, milliseconds since the epoch
 * @param resourceId the resource
 * @param organizationId the organization of all its instances; null when it is of all organizations
 * @param complete whether it says that nothing else runs
 * @param instances how many instances it lists
 */
public record SnapshotHeader(String id, Long timestamp, String resourceId, String organizationId, boolean complete,
        int instances) {

    /** What each instance that it lists is an event of. */
    Event event() {
        return new Event(Event.Kind.SNAPSHOT, id);
    }
}
