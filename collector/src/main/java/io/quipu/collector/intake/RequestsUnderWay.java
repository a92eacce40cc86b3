package io.quipu.collector.intake;

import java.util.concurrent.atomic.AtomicInteger;

/** How many requests with usage are under way, and no more of them than a limit. Thread-safe. */
public final class RequestsUnderWay {

    private final int limit;
    private final AtomicInteger count = new AtomicInteger();

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

    /** How many are under way. */
    public int count() {
        return count.get();
    }
}
