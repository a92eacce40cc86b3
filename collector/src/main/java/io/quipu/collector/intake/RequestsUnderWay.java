package io.quipu.collector.intake;

import java.util.concurrent.atomic.AtomicInteger;

/** How many requests with usage are under way, and no more of them than a limit. Thread-safe. */
public final class RequestsUnderWay {

    private final int limit;
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicInteger standingBy = new AtomicInteger();

    /** None yet, and at most {@code limit}. */
    public RequestsUnderWay(int limit) {
        this.limit = limit;
    }

    /** Begins a request, unless there are too many; one that has begun must {@link #end}. */
    public boolean begin() {
        if (count.incrementAndGet() > limit) {
            count.decrementAndGet();
            return false;
        }
        return true;
    }

    /** A request that has begun is answered. */
    public void end() {
        count.decrementAndGet();
    }

    /** A request that has begun has done its work and waits for the drivers from now on: they are not to wait for it. */
    public void standBy() {
        standingBy.incrementAndGet();
    }

    /** A request that has {@linkplain #standBy stood by} does so no more. */
    public void standDown() {
        standingBy.decrementAndGet();
    }

    /** How many are under way. */
    public int count() {
        return count.get();
    }

    /** How many are under way and do not stand by. */
    public int working() {
        return Math.max(0, count.get() - standingBy.get());
    }
}
