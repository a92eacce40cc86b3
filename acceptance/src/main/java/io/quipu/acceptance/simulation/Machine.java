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

    private final Fibers fibers;
    private final String name;
    private final Set<Fiber> running = new LinkedHashSet<>();
    private final Runnable onKilled;
    private long skew;
    private long frozenUntil;
    private boolean alive = true;

    /**
     * A process.
     *
     * @param skew how many milliseconds its clock is ahead
     * @param onKilled told when it is killed
     */
    Machine(Fibers fibers, String name, long skew, Runnable onKilled) {
        this.fibers = fibers;
        this.name = name;
        this.onKilled = onKilled;
        this.skew = skew;
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
