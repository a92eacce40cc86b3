package io.quipu.accumulator;

import io.quipu.accumulator.domain.InstanceKey;
import io.quipu.common.usage.Consumer;
import io.quipu.common.usage.PlanPath;

/**
 * A link from a consumer to one of its resource instances.
 *
 * @param resourceId the resource
 * @param resourceInstanceId the instance
 * @param path the plan path under which it is used
 */
record InstanceLink(String resourceId, String resourceInstanceId, PlanPath path) {

    static InstanceLink of(InstanceKey key) {
        return new InstanceLink(key.resourceId(), key.resourceInstanceId(), key.path());
    }

    InstanceKey key(Consumer consumer) {
        return new InstanceKey(consumer, resourceId, resourceInstanceId, path);
    }
}
