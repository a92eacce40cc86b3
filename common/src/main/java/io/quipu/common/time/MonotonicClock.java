package io.quipu.common.time;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.function.LongSupplier;

/**
 * Only goes forward, whatever the machine's clock is set to: for how long something lasts, never for a time of day. A circuit
 * breaker by the machine's clock stays open for as long as that clock is set back.
 */
public final class MonotonicClock extends Clock {

    private final LongSupplier nanos;

    /**
     * A clock.
     *
     * @param nanos time that only goes forward, nanoseconds since any moment
     */
    public MonotonicClock(LongSupplier nanos) {
        this.nanos = nanos;
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochSecond(0, nanos.getAsLong());
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
