package io.quipu.common.trace;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Decides, where requests come from outside, which of them are recorded: those that the caller records, and a share of those
 * that say nothing; both together only so many a second, so that no caller can make us record everything. Thread-safe.
 */
public final class Sampler {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final double probability;
    private final long interval;
    private final RandomGenerator random;
    private final LongSupplier nanoTime;

    /** When all that was taken will have been given back: after {@code interval} for each. */
    private final AtomicLong even;

    /**
     * A sampler.
     *
     * @param probability the share of the requests that leave the decision to us, from 0 to 1
     * @param maxPerSecond how many are recorded a second, at most; so many at once, if none was before. 0 for none
     * @param random draws; used by many threads
     * @param nanoTime a clock that only goes forward, in nanoseconds
     */
    public Sampler(double probability, int maxPerSecond, RandomGenerator random, LongSupplier nanoTime) {
        if (!(probability >= 0 && probability <= 1)) {
            throw new IllegalArgumentException("a probability is from 0 to 1, not " + probability);
        }
        if (maxPerSecond < 0) {
            throw new IllegalArgumentException("traces per second must not be negative: " + maxPerSecond);
        }
        this.probability = probability;
        this.interval = maxPerSecond == 0 ? Long.MAX_VALUE : SECOND / maxPerSecond;
        this.random = random;
        this.nanoTime = nanoTime;
        this.even = new AtomicLong(nanoTime.getAsLong());
    }

    /** Whether a request is recorded. */
    public boolean sample(IncomingTrace trace) {
        return switch (trace.sampling()) {
            case NO -> false;
            case YES -> withinLimit();
            case OPEN -> probability > 0 && random.nextDouble() < probability && withinLimit();
        };
    }

    private boolean withinLimit() {
        if (interval > SECOND) {
            return false;
        }
        while (true) {
            long now = nanoTime.getAsLong();
            long before = even.get();
            long after = (before - now > 0 ? before : now) + interval;
            if (after - now > SECOND) {
                return false;
            }
            if (even.compareAndSet(before, after)) {
                return true;
            }
        }
    }
}
