package io.quipu.collector.drive;

import io.quipu.common.usage.Pin;

/** The terms under which something is stopped. */
@FunctionalInterface
public interface StopPins {

    /**
     * The terms of a stop, which is never refused for want of any.
     *
     * @throws io.quipu.common.store.StoreException when they cannot be told now
     */
    Pin find(String organizationId, String resourceId, String planId);
}
