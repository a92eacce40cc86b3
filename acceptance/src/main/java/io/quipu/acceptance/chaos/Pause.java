package io.quipu.acceptance.chaos;

import java.time.Duration;

/** Waits; so that what waits can be tested without waiting. */
@FunctionalInterface
interface Pause {

    /** Returns after that long. */
    void of(Duration duration) throws InterruptedException;
}
