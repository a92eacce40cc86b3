package io.quipu.acceptance.chaos;

import java.time.Duration;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Draws what happens to each exchange of a link, until it is told to be quiet. Thread-safe. */
final class Disturbances implements Supplier<Disturbance> {

    private static final int SHORT_MILLIS = 300;
    /** Longer than any stage waits for the next one in this run, so that an answer comes when nobody waits for it. */
    private static final int LONG_MILLIS = 5_000;
    private static final int ONE_LONG_IN = 8;
    private static final int MAX_CHUNK = 3;
    private static final int PERMILLE = 1_000;

    private final int oneIn;
    private final RandomGenerator random;
    private boolean quiet;

    /** Disturbs one in so many exchanges. */
    Disturbances(int oneIn, RandomGenerator random) {
        this.oneIn = oneIn;
        this.random = random;
    }

    @Override
    public synchronized Disturbance get() {
        if (quiet || random.nextInt(oneIn) > 0) {
            return Disturbance.NONE;
        }
        return switch (random.nextInt(5)) {
            case 0 -> Disturbance.dropped();
            case 1 -> Disturbance.cut(Disturbance.Kind.CUT_IN_REQUEST, chunk(), random.nextInt(PERMILLE));
            case 2 -> Disturbance.cut(Disturbance.Kind.CUT_IN_ANSWER, chunk(), random.nextInt(PERMILLE));
            case 3 -> Disturbance.delayed(Disturbance.Kind.DELAYED_REQUEST, delay());
            default -> Disturbance.delayed(Disturbance.Kind.DELAYED_ANSWER, delay());
        };
    }

    /** From now on everything passes. */
    synchronized void quiet() {
        quiet = true;
    }

    /** Mostly the first chunk: small requests and answers have no other. */
    private int chunk() {
        return random.nextBoolean() ? 0 : random.nextInt(MAX_CHUNK);
    }

    private Duration delay() {
        return Duration.ofMillis(1 + random.nextInt(random.nextInt(ONE_LONG_IN) == 0 ? LONG_MILLIS : SHORT_MILLIS));
    }
}
