package io.quipu.common.store.memory;

import io.quipu.common.store.DocumentStore;
import io.quipu.common.store.DocumentStoreContract;
import io.quipu.common.store.StoreMetrics;
import java.time.Clock;

class InMemoryStoreTest extends DocumentStoreContract {

    @Override
    protected DocumentStore open(Clock clock, StoreMetrics metrics) {
        return new InMemoryStore(clock, metrics);
    }
}
