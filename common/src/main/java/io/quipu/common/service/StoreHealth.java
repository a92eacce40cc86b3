package io.quipu.common.service;

import io.quipu.common.store.DocumentStore;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Down while the store does not work as it should, with the reason. No part of the probes: a service that was taken away or started
 * anew because its disk is full would only have its reads fail, too.
 */
final class StoreHealth implements HealthIndicator {

    private final DocumentStore store;

    StoreHealth(DocumentStore store) {
        this.store = store;
    }

    @Override
    public Health health() {
        return store.failure().map(reason -> Health.down().withDetail("reason", reason).build()).orElseGet(() -> Health.up().build());
    }
}
