package io.quipu.common.service;

import io.quipu.common.store.DocumentStore;
import io.quipu.common.store.StoreMetrics;
import java.time.Clock;

/** Opens a store that needs more than this process, without anybody having to know of what kind. */
@FunctionalInterface
interface StoreOpener {

    /** The store, open. */
    DocumentStore open(Clock clock, StoreMetrics metrics);
}
