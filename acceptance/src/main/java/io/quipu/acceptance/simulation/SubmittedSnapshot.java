package io.quipu.acceptance.simulation;

import io.quipu.common.usage.Event;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What runs at a time, as a client sends it.
 *
 * @param organizationId of which organization; null of all of them
 * @param resourceId of which resource
 * @param time when, milliseconds since the epoch
 * @param id the provider's id of it, or null
 * @param complete whether nothing else runs
 * @param listed each instance that runs, as an event {@link Event.Kind#SNAPSHOT} of that time and id
 */
record SubmittedSnapshot(String organizationId, String resourceId, long time, String id, boolean complete,
        List<SubmittedUsage> listed) {

    SubmittedSnapshot {
        listed = List.copyOf(listed);
    }

    /** The event that its end is, in an organization or in all. */
    Event end() {
        return new Event(Event.Kind.COMPLETE, id);
    }

    String json() {
        return "{" + SubmittedUsage.member("timestamp", time) + SubmittedUsage.member("id", id)
                + SubmittedUsage.member("resource_id", resourceId) + SubmittedUsage.member("organization_id", organizationId)
                + (complete ? "\"complete\":true," : "") + "\"instances\":["
                + listed.stream().map(instance -> "{" + (organizationId == null
                        ? SubmittedUsage.member("organization_id", instance.organizationId()) : "")
                        + SubmittedUsage.member("space_id", instance.spaceId())
                        + SubmittedUsage.member("consumer_id", instance.consumerId())
                        + SubmittedUsage.member("plan_id", instance.planId())
                        + SubmittedUsage.member("resource_instance_id", instance.resourceInstanceId())
                        + instance.measured() + "}").collect(Collectors.joining(",")) + "]}";
    }
}
