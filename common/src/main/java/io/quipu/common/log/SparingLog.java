package io.quipu.common.log;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Lets at most one line through per {@link #INTERVAL}, whatever it says: a failure that comes with every request must not
 * fill a disk. The line that is let through is told how many were held back before it. Thread-safe.
 */
public final class SparingLog {

    /** The least time between two lines. */
    public static final Duration INTERVAL = Duration.ofMinutes(1);

    private final LongSupplier nanoTime;
    private final AtomicLong next;
    private final AtomicLong held = new AtomicLong();

    /**
     * A log that has not said anything yet.
     *
     * @param nanoTime a clock that only goes forward, in nanoseconds
     */
    public SparingLog(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.next = new AtomicLong(nanoTime.getAsLong());
    }

    /**
     * Writes a line, or holds it back.
     *
     * @param line writes it; gets the number of lines held back since the last one
     */
    public void write(LongConsumer line) {
        if (permits()) {
            line.accept(held.getAndSet(0));
        } else {
            held.incrementAndGet();
        }
    }

    /** Whether a line, or what makes it long, may be written now; if so, none may for the interval that begins. */
    public boolean permits() {
        long now = nanoTime.getAsLong();
        long due = next.get();
        return now - due >= 0 && next.compareAndSet(due, now + INTERVAL.toNanos());
    }
}
