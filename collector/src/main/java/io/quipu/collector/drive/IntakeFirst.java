package io.quipu.collector.drive;

import java.time.Clock;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Lets usage that is being taken in go before usage that is to be driven: while many requests are under way, drivers wait,
 * since what is accepted is durable and the log takes the load, but nobody else takes a request. Bounded: no usage waits for
 * requests longer than a limit.
 *
 * @param underWay how many requests are under way, now or on average lately
 * @param above drivers wait while it is above this
 * @param limit how long after its acceptance the oldest usage of a partition goes on, whatever is under way
 * @param clock tells how old a usage is
 */
public record IntakeFirst(LongSupplier underWay, int above, Duration limit, Clock clock) {

    /** How long a driver that waits for requests waits until it looks again. */
    static final Duration PAUSE = Duration.ofMillis(100);

    /**
     * Whether a partition waits, of which the oldest usage was accepted at that log time; 0 when that is not known. Log time can be
     * ahead of this clock, when another machine's is: by more than the limit, nothing waits for it.
     */
    boolean waits(long oldest) {
        return oldest > 0 && underWay.getAsLong() > above && Math.abs(clock.millis() - oldest) < limit.toMillis();
    }
}
