package io.quipu.acceptance.chaos;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The time of faults and load, which ends once for all. Thread-safe. */
final class Phase {

    private final CountDownLatch ended = new CountDownLatch(1);

    void end() {
        ended.countDown();
    }

    boolean over() {
        return ended.getCount() == 0;
    }

    /** Waits that long, or until the phase ends; whether it has ended. */
    boolean await(Duration duration) throws InterruptedException {
        return ended.await(duration.toMillis(), TimeUnit.MILLISECONDS);
    }
}
