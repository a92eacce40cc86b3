package io.quipu.collector.log;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that a test moves. */
public final class ManualClock extends Clock {

    /** Where it begins: 2026-11-21T12:00:00Z. */
    public static final long NOON = Instant.parse("2026-11-21T12:00:00Z").toEpochMilli();

    private long now = NOON;

    public void set(long millis) {
        now = millis;
    }

    public void advance(Duration by) {
        now += by.toMillis();
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(now);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException();
    }
}
