package io.quipu.accumulator.domain;

import io.quipu.common.usage.Consumer;
import io.quipu.common.usage.Keys;
import io.quipu.common.usage.Origin;

/**
 * A resource instance of a consumer, whatever its plans: what a timeline is kept by, so that a mapping that changes orphans no
 * stop.
 *
 * @param consumer the consumer
 * @param resourceId the resource
 * @param resourceInstanceId the instance
 */
public record TimelineKey(Consumer consumer, String resourceId, String resourceInstanceId) {

    /** The instance that a usage is of. */
    public static TimelineKey of(Origin origin) {
        return new TimelineKey(origin.consumer(), origin.resourceId(), origin.resourceInstanceId());
    }

    /** The key of its document. */
    public String document() {
        return Keys.timeline(consumer, resourceId, resourceInstanceId);
    }
}
