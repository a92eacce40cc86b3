package io.quipu.collector.drive;

import io.quipu.collector.drive.Driver.Step;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one partition's driver on a shared executor whenever there is something to drive: one batch per turn, so that the
 * other partitions have theirs. When a batch took all there was, more comes together for a while before the next one, since
 * a batch costs much the same whether it holds one usage or ten; after a failure not before its wait is over.
 *
 * <pre>
 *   IDLE ──wake──▶ QUEUED ──run──▶ RUNNING ──idle──▶ IDLE (QUEUED when woken meanwhile)
 *                    ▲                │ more: QUEUED; all driven, or retry: WAITING
 *                    └───── timer ────┘
 * </pre>
 */
final class DriverLoop {

    private static final Logger LOG = LoggerFactory.getLogger(DriverLoop.class);
    private static final Duration AFTER_ERROR = Duration.ofSeconds(30);

    /** Where the loop stands. */
    enum State { IDLE, QUEUED, RUNNING, WAITING }

    private final Driver driver;
    private final Executor executor;
    private final Scheduler scheduler;
    private final Duration interval;

    private State state = State.IDLE;
    private boolean woken;
    private boolean stopping;

    DriverLoop(Driver driver, Executor executor, Scheduler scheduler, Duration interval) {
        this.driver = driver;
        this.executor = executor;
        this.scheduler = scheduler;
        this.interval = interval;
    }

    /** There may be something to drive. */
    void wake() {
        synchronized (this) {
            if (state == State.RUNNING) {
                woken = true;
            }
            if (state != State.IDLE || stopping) {
                return;
            }
            state = State.QUEUED;
        }
        submit();
    }

    /** No new batch; the one in flight finishes. */
    synchronized void stop() {
        stopping = true;
        if (state == State.WAITING) {
            state = State.IDLE;
        }
    }

    synchronized State state() {
        return state;
    }

    private void submit() {
        try {
            executor.execute(this::run);
        } catch (RejectedExecutionException stopped) {
            LOG.debug("a driver was woken after its executor had stopped");
        }
    }

    private void run() {
        synchronized (this) {
            if (stopping) {
                state = State.IDLE;
                return;
            }
            state = State.RUNNING;
            woken = false;
        }
        Step step = new Step.Retry(AFTER_ERROR);
        try {
            step = driver.driveOnce();
        } finally {
            // Also after an Error, such as a lack of memory: it ends this turn, not the partition.
            after(step);
        }
    }

    private void after(Step step) {
        Duration delay = delay(step);
        synchronized (this) {
            if (stopping) {
                state = State.IDLE;
            } else if (!delay.isZero()) {
                state = State.WAITING;
            } else if (!(step instanceof Step.Idle) || woken) {
                state = State.QUEUED;
            } else {
                state = State.IDLE;
            }
            if (state == State.IDLE) {
                return;
            }
        }
        if (delay.isZero()) {
            submit();
        } else {
            scheduler.after(delay, this::resume);
        }
    }

    private Duration delay(Step step) {
        if (step instanceof Step.Retry retry) {
            return retry.delay();
        }
        return step instanceof Step.Driven ? interval : Duration.ZERO;
    }

    private void resume() {
        synchronized (this) {
            if (state != State.WAITING || stopping) {
                return;
            }
            state = State.QUEUED;
        }
        submit();
    }
}
