package io.quipu.collector.intake;

import java.time.Duration;
import java.util.function.LongSupplier;

/** How many requests with usage are under way, and no more of them than a limit. Thread-safe. */
public final class RequestsUnderWay {

    /** Over how long requests are averaged at least; less than three times as long, while somebody asks as often as that. */
    static final Duration MOMENT = Duration.ofMillis(100);

    private final int limit;
    private final LongSupplier nanos;
    private int count;
    private int standingBy;

    /** How many have worked, times for how long in nanoseconds, from the beginning until {@link #summedUntil}. */
    private long sum;
    private long summedUntil;
    private Mark averagedFrom;
    private Mark next;

    /** What the sum was at a time. */
    private record Mark(long time, long sum) {
    }

    /**
     * None yet, and at most {@code limit}.
     *
     * @param nanos a clock that never goes back, in nanoseconds
     */
    public RequestsUnderWay(int limit, LongSupplier nanos) {
        this.limit = limit;
        this.nanos = nanos;
        this.summedUntil = nanos.getAsLong();
        this.averagedFrom = new Mark(summedUntil, 0);
        this.next = averagedFrom;
    }

    /** Begins a request, unless there are too many; one that has begun must {@link #end}. */
    public synchronized boolean begin() {
        if (count == limit) {
            return false;
        }
        add();
        count++;
        return true;
    }

    /** A request that has begun is answered. */
    public synchronized void end() {
        add();
        count--;
    }

    /** A request that has begun has done its work and waits for the drivers from now on: they are not to wait for it any more. */
    public synchronized void standBy() {
        add();
        standingBy++;
    }

    /** A request that has {@linkplain #standBy stood by} does so no more. */
    public synchronized void standDown() {
        add();
        standingBy--;
    }

    /** How many are under way. */
    public synchronized int count() {
        return count;
    }

    /** How many are under way and do not stand by. */
    public synchronized int working() {
        return Math.max(0, count - standingBy);
    }

    /**
     * How many work: now, or on average over the last moment, whichever is more. All requests of a round end together, and those
     * who sent them send the next ones together: in between there are none for a while, and yet no less to do.
     */
    public synchronized long pressing() {
        add();
        if (summedUntil - next.time >= MOMENT.toNanos()) {
            averagedFrom = next;
            next = new Mark(summedUntil, sum);
        }
        long over = summedUntil - averagedFrom.time;
        return Math.max(working(), over == 0 ? 0 : (sum - averagedFrom.sum) / over);
    }

    private void add() {
        long now = nanos.getAsLong();
        sum += (now - summedUntil) * working();
        summedUntil = now;
    }
}
