package io.quipu.collector.drive;

import io.quipu.common.usage.Pin;

/** The terms under which something is stopped. */
@FunctionalInterface
public interface StopPins {

    /**
     * The terms of a stop, which is never refused for want of any.
     *
     * @throws io.quipu.common.store.StoreException when they cannot be told now
     * @throws io.quipu.common.web.Problem the same, with the time after which to ask again
     */
    Pin find(String organizationId, String resourceId, String planId);
}
