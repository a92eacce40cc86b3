package io.quipu.collector.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.common.store.StoreException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SamplesAtStartTest {

    @Test
    void theyAreStoredBeforeTheServiceIsReady() {
        CountDownLatch stored = new CountDownLatch(1);

        try (SamplesAtStart samples = new SamplesAtStart(stored::countDown)) {
            assertThat(samples).isNotNull();
            assertThat(stored.getCount()).isZero();
        }
    }

    @Test
    void whereTheStoreIsAwayTheyAreStoredWhenItIsThere() throws Exception {
        CountDownLatch tries = new CountDownLatch(2);

        try (SamplesAtStart samples = new SamplesAtStart(() -> {
            tries.countDown();
            if (tries.getCount() > 0) {
                throw new StoreException("away");
            }
        })) {
            assertThat(samples).isNotNull();
            assertThat(tries.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }
}
