package io.quipu.collector.drive;

import io.quipu.collector.drive.Driver.Step;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one partition's driver on a shared executor whenever there is something to drive: one batch per turn, so that the
 * other partitions have theirs; after a failure not before its wait is over.
 *
 * <pre>
 *   IDLE ──wake──▶ QUEUED ──run──▶ RUNNING ──idle──▶ IDLE (QUEUED when woken meanwhile)
 *                    ▲                │ more: QUEUED, retry: WAITING
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

    private State state = State.IDLE;
    private boolean woken;
    private boolean stopping;

    DriverLoop(Driver driver, Executor executor, Scheduler scheduler) {
        this.driver = driver;
        this.executor = executor;
        this.scheduler = scheduler;
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
        synchronized (this) {
            if (stopping) {
                state = State.IDLE;
            } else if (step instanceof Step.Retry) {
                state = State.WAITING;
            } else if (step instanceof Step.More || woken) {
                state = State.QUEUED;
            } else {
                state = State.IDLE;
            }
            if (state == State.IDLE) {
                return;
            }
        }
        if (step instanceof Step.Retry retry) {
            scheduler.after(retry.delay(), this::resume);
        } else {
            submit();
        }
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
