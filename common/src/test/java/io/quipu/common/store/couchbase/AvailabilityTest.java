package io.quipu.common.store.couchbase;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AvailabilityTest {

    @Test
    void anErrorDoesNotEndTheTrials() throws InterruptedException {
        AtomicInteger trials = new AtomicInteger();
        CountDownLatch another = new CountDownLatch(1);
        try (Availability availability = new Availability("a bucket", () -> {
            if (trials.incrementAndGet() == 1) {
                throw new NoClassDefFoundError("somewhere in the client");
            }
            another.countDown();
        }, Duration.ZERO, System::nanoTime)) {
            availability.start();
            availability.failed("away");
            assertThat(another.await(30, TimeUnit.SECONDS)).isTrue();
        }
    }
}
