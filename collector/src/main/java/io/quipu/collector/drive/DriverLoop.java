package io.quipu.collector.drive;

import io.quipu.collector.drive.Driver.Step;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * When one partition's driver has its next turn: whenever there is something to drive, one batch per turn, so that the
 * other partitions have theirs. When a batch took all there was, more comes together for a while before the next one, since
 * a batch costs much the same whether it holds one usage or ten; after a failure not before its wait is over.
 *
 * <pre>
 *   IDLE ──wake──▶ QUEUED ──begin──▶ RUNNING ──idle──▶ IDLE (QUEUED when woken meanwhile)
 *                    ▲                  │ more, next: QUEUED; all driven, or retry: WAITING
 *                    └────── resume ────┘
 * </pre>
 *
 * A partition that another process drives is IDLE: it is not woken, and when it is lost the turn in flight is the last.
 */
final class DriverLoop {

    /** Where the loop stands. */
    enum State { IDLE, QUEUED, RUNNING, WAITING }

    private final Driver driver;
    private final Duration interval;
    private final BooleanSupplier held;

    private State state = State.IDLE;
    private boolean woken;
    private boolean stopping;

    /**
     * Of one driver.
     *
     * @param interval see {@link DriveEnvironment}
     * @param held whether its partition is this process's to drive
     */
    DriverLoop(Driver driver, Duration interval, BooleanSupplier held) {
        this.driver = driver;
        this.interval = interval;
        this.held = held;
    }

    Driver driver() {
        return driver;
    }

    synchronized State state() {
        return state;
    }

    /** There may be something to drive; whether a turn is to follow that would not have otherwise. */
    synchronized boolean wake() {
        if (state == State.RUNNING) {
            woken = true;
        }
        if (state != State.IDLE || over()) {
            return false;
        }
        state = State.QUEUED;
        return true;
    }

    /** No new turn; the one in flight finishes. */
    synchronized void stop() {
        stopping = true;
        if (state == State.WAITING) {
            state = State.IDLE;
        }
    }

    /** Its partition is another's now: as {@link #stop}, until it is woken when it has come back. */
    synchronized void lost() {
        if (state == State.WAITING) {
            state = State.IDLE;
        }
        if (state == State.IDLE) {
            driver.lost();
        }
    }

    private boolean over() {
        return stopping || !held.getAsBoolean();
    }

    /** Its turn has come; whether it takes it. */
    synchronized boolean begin() {
        woken = false;
        if (over()) {
            rest();
            return false;
        }
        state = State.RUNNING;
        return true;
    }

    private void rest() {
        state = State.IDLE;
        if (!stopping) {
            driver.lost();
        }
    }

    /** Its turn is over; answers after how long the next one is to follow, if that is known: after none it is queued. */
    synchronized Optional<Duration> end(Step step) {
        Duration delay = delay(step);
        if (over()) {
            rest();
            return Optional.empty();
        }
        if (delay.isZero() && step instanceof Step.Idle && !woken) {
            state = State.IDLE;
            return Optional.empty();
        }
        state = delay.isZero() ? State.QUEUED : State.WAITING;
        return Optional.of(delay);
    }

    private Duration delay(Step step) {
        if (step instanceof Step.Retry retry) {
            return retry.delay();
        }
        return step instanceof Step.Driven ? interval : Duration.ZERO;
    }

    /** It has waited; whether a turn is to follow. */
    synchronized boolean resume() {
        if (state != State.WAITING || over()) {
            return false;
        }
        state = State.QUEUED;
        return true;
    }
}
