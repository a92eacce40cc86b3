package io.quipu.acceptance.chaos;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** The outages of one link until the phase is over. */
final class LinkOutages {

    private static final int MIN_PEACE_MILLIS = 3_000;
    private static final int MAX_PEACE_MILLIS = 20_000;
    private static final int MAX_OUTAGE_MILLIS = 2_000;

    private final Link link;
    private final RandomGenerator random;
    private final Phase phase;

    LinkOutages(Link link, RandomGenerator random, Phase phase) {
        this.link = link;
        this.random = random;
        this.phase = phase;
    }

    /** Goes on until the phase is over; then the link is open. */
    void run() throws InterruptedException {
        while (!phase.await(Duration.ofMillis(MIN_PEACE_MILLIS + random.nextInt(MAX_PEACE_MILLIS - MIN_PEACE_MILLIS)))) {
            link.outage(Duration.ofMillis(1 + random.nextInt(MAX_OUTAGE_MILLIS)));
        }
    }
}
