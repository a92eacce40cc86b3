package io.quipu.acceptance.simulation;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * One process for as long as it lives: its clock, which may be wrong, and what runs on it. Killed, it is replaced by another
 * one that remembers nothing.
 */
final class Machine {

    private static final long NANOS = 1_000_000;

    private final Fibers fibers;
    private final String name;
    private final Set<Fiber> running = new LinkedHashSet<>();
    private final Runnable onKilled;
    private final long uptime;
    private final long began;
    private long skew;
    private long reads;
    private long frozenUntil;
    private boolean alive = true;

    /**
     * A process.
     *
     * @param skew how many milliseconds its clock is ahead
     * @param uptime how long ago its monotonic time began, milliseconds
     * @param onKilled told when it is killed
     */
    Machine(Fibers fibers, String name, long skew, long uptime, Runnable onKilled) {
        this.fibers = fibers;
        this.name = name;
        this.onKilled = onKilled;
        this.skew = skew;
        this.uptime = uptime;
        this.began = fibers.now();
    }

    String name() {
        return name;
    }

    boolean alive() {
        return alive;
    }

    long frozenUntil() {
        return frozenUntil;
    }

    Set<Fiber> running() {
        return running;
    }

    /** Nothing on it goes on before then, as after SIGSTOP; what others ask of it waits. */
    void freeze(long millis) {
        frozenUntil = Math.max(frozenUntil, fibers.now() + millis);
    }

    void setSkew(long millis) {
        skew = millis;
    }

    /** Whether it lives and does not stand still. */
    boolean awake() {
        return alive && frozenUntil <= fibers.now();
    }

    /** Time that only goes forward, whatever becomes of its clock, and that no other machine shares; nanoseconds. */
    long nanos() {
        return (fibers.now() - began + uptime) * NANOS;
    }

    /** It reads so many documents. */
    void reads(int documents) {
        reads += documents;
    }

    /** How many documents it has read. */
    long reads() {
        return reads;
    }

    /** Ends it at once, as kill -9 does: nothing that runs on it does anything more. */
    void kill() {
        if (alive) {
            alive = false;
            fibers.killed(this);
            onKilled.run();
        }
    }

    Clock clock() {
        return new Clock() {
            @Override
            public long millis() {
                return fibers.now() + skew;
            }

            @Override
            public Instant instant() {
                return Instant.ofEpochMilli(millis());
            }

            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                throw new UnsupportedOperationException("a simulated clock is in UTC");
            }
        };
    }
}
