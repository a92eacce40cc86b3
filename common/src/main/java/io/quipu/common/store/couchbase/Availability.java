package io.quipu.common.store.couchbase;

import io.quipu.common.store.StoreException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the cluster does what it is asked for, as far as is known. Says once in the log when it begins to fail and once when that is
 * over, however many calls fail meanwhile. While it fails, a thread tries by itself, so that it is noticed on an idle service, too, when
 * it is over.
 *
 * <p>It is over when something succeeds and nothing has failed for a while: where one node of several is down, some documents can be
 * had all the time. Thread-safe.
 */
final class Availability implements AutoCloseable {

    /** How long to wait between two tries. */
    static final Duration TRY_INTERVAL = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(Availability.class);

    private final String place;
    private final Runnable trial;
    private final long quiet;
    private final LongSupplier nanoTime;
    private final Thread thread;
    private volatile String failure;
    private long lastFailure;
    private boolean closed;

    /**
     * Nothing has failed yet.
     *
     * @param place names the store in the log
     * @param trial asks the cluster for something; fails when it does not answer
     * @param quiet how long nothing may have failed before it is over
     * @param nanoTime a clock that only goes forward, in nanoseconds
     */
    Availability(String place, Runnable trial, Duration quiet, LongSupplier nanoTime) {
        this.place = place;
        this.trial = trial;
        this.quiet = quiet.toNanos();
        this.nanoTime = nanoTime;
        this.thread = new Thread(this::run, "quipu-store-trial");
        this.thread.setDaemon(true);
    }

    /** Tries by itself from now on, whenever something has failed. */
    void start() {
        thread.start();
    }

    /** What failed last, until that is over. */
    Optional<String> failure() {
        return Optional.ofNullable(failure);
    }

    /** Something failed. */
    synchronized void failed(String reason) {
        if (failure == null && !closed) {
            LOG.warn("{}: {}. What needs it is refused, and tried again every {} until it works.", place, reason, TRY_INTERVAL);
        }
        note(reason);
    }

    /** It answers, and is not ours: nothing but an operator helps, so that is said whatever was said before. */
    private synchronized void refused(ForeignCollectionException why) {
        if (!why.getMessage().equals(failure) && !closed) {
            LOG.error("{}.", why.getMessage());
        }
        note(why.getMessage());
    }

    private void note(String reason) {
        if (failure == null) {
            notifyAll();
        }
        failure = reason;
        lastFailure = nanoTime.getAsLong();
    }

    /** Something succeeded. */
    void succeeded() {
        if (failure != null) {
            over();
        }
    }

    private synchronized void over() {
        if (failure != null && nanoTime.getAsLong() - lastFailure >= quiet) {
            failure = null;
            LOG.info("{}: works again.", place);
        }
    }

    private void run() {
        try {
            while (awaitFailure()) {
                try {
                    trial.run();
                    succeeded();
                } catch (ForeignCollectionException e) {
                    refused(e);
                } catch (StoreException e) {
                    failed(e.getMessage());
                } catch (RuntimeException e) {
                    failed(Failures.describe(e));
                } catch (Throwable e) {
                    // Whatever it is: without this thread an idle service would never find that the cluster is back.
                    LOG.error("{}: the trial failed, and goes on.", place, e);
                    failed(Failures.describe(e));
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("closed", e);
        }
    }

    /** Whether there is something to try; false when it is closed. */
    private synchronized boolean awaitFailure() throws InterruptedException {
        if (failure != null && !closed) {
            wait(TRY_INTERVAL.toMillis());
        }
        while (failure == null && !closed) {
            wait();
        }
        return !closed;
    }

    /** Tries no more, and logs nothing more. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        thread.interrupt();
    }
}
