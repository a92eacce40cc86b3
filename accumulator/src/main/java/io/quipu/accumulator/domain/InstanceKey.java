package io.quipu.accumulator.domain;

import io.quipu.common.time.Window;
import io.quipu.common.usage.Consumer;
import io.quipu.common.usage.Keys;
import io.quipu.common.usage.Origin;
import io.quipu.common.usage.PlanPath;
import java.util.List;

/**
 * A resource instance of a consumer under a plan path: what usage accumulates by.
 *
 * @param consumer the consumer
 * @param resourceId the resource
 * @param resourceInstanceId the instance
 * @param path the plan path
 */
public record InstanceKey(Consumer consumer, String resourceId, String resourceInstanceId, PlanPath path) {

    /** The instance that a usage is of. */
    public static InstanceKey of(Origin origin, PlanPath path) {
        return new InstanceKey(origin.consumer(), origin.resourceId(), origin.resourceInstanceId(), path);
    }

    /** The key of its document of a window. */
    public String document(Window window) {
        return Keys.instance(consumer, resourceId, resourceInstanceId, path, window);
    }

    /** The keys of its documents of some windows, in their order. */
    public List<String> documents(List<Window> windows) {
        return Keys.instance(consumer, resourceId, resourceInstanceId, path, windows);
    }

    /** The key of the marker that says that it stands on one of its consumer's pages. */
    public String linked() {
        return Keys.instanceLinked(consumer, resourceId, resourceInstanceId, path);
    }
}
