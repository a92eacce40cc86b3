package io.quipu.common.store.embedded;

import io.quipu.common.store.DocumentStore;
import io.quipu.common.store.DocumentStoreContract;
import io.quipu.common.store.StoreMetrics;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedStoreTest extends DocumentStoreContract {

    @TempDir
    Path directory;

    @Override
    protected DocumentStore open(Clock clock, StoreMetrics metrics) {
        return EmbeddedStore.open(directory, clock, metrics);
    }

    @Override
    protected boolean exclusive() {
        return true;
    }
}
