package io.quipu.common.store;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;

/** A clock in UTC that stands still until a test moves it. Thread-safe. */
public final class MutableClock extends Clock {

    private final AtomicLong now;

    /** Stands at that time, milliseconds since the epoch. */
    public MutableClock(long now) {
        this.now = new AtomicLong(now);
    }

    /** Moves to that time, forward or back. */
    public void set(long millis) {
        now.set(millis);
    }

    @Override
    public long millis() {
        return now.get();
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(now.get());
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return zone.equals(ZoneOffset.UTC) ? this : Clock.fixed(instant(), zone);
    }
}
