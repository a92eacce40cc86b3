package io.quipu.common.store.embedded;

import io.quipu.common.store.StoreException;
import io.quipu.common.store.StoreMetrics;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes. It takes all calls that wait, as one {@link Group}, syncs it and only then answers them;
 * calls that come meanwhile are the next group. So one client gets the latency of one sync and many share it.
 *
 * <p>What waits is bounded by its callers, each of which waits for its answer. After each group, and now and then
 * when idle, it purges what has expired, a bounded number at a time.
 */
final class GroupWriter implements Runnable {

    /** Bytes of content after which a group takes no further call; a single call may be larger. */
    static final long MAX_GROUP_BYTES = 32L * 1024 * 1024;

    /** The least time between two passes of the purge, unless one left something over. */
    static final Duration PURGE_INTERVAL = Duration.ofMinutes(1);

    /** How long to wait before the next try when nobody writes and the last write has failed. */
    static final Duration RECOVERY_INTERVAL = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(GroupWriter.class);

    private final EngineSession session;
    private final Clock clock;
    private final StoreMetrics metrics;
    private final ExpiredPurge purge;
    private final LinkedBlockingQueue<Call> waiting = new LinkedBlockingQueue<>();
    private final Thread thread;
    private boolean stopping;
    private long nextPurge = Long.MIN_VALUE;
    private boolean expiredLeft;

    GroupWriter(EngineSession session, Clock clock, StoreMetrics metrics) {
        this.session = session;
        this.clock = clock;
        this.metrics = metrics;
        this.purge = new ExpiredPurge(metrics);
        this.thread = new Thread(this, "quipu-store-writer");
        this.thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /**
     * Lets a call wait for its turn.
     *
     * @throws StoreException when the writer has been told to stop
     */
    synchronized void submit(Call call) {
        if (stopping) {
            throw new StoreException("the store is closed");
        }
        waiting.add(call);
    }

    /** Answers all that waits, then ends the thread; returns when it has ended. An interrupt is kept for later. */
    void stop() {
        synchronized (this) {
            if (!stopping) {
                stopping = true;
                waiting.add(new Call.Stop());
            }
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void run() {
        Call call = null;
        while (!(call instanceof Call.Stop)) {
            try {
                // Only the wait for the next call is real time; what has expired is judged by the clock.
                call = next();
                serve(call);
            } catch (InterruptedException e) {
                LOG.warn("The store's writer thread was interrupted and goes on: only closing the store ends it", e);
            }
        }
    }

    private Call next() throws InterruptedException {
        if (session.failing()) {
            return waiting.poll(RECOVERY_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
        }
        return expiredLeft ? waiting.poll() : waiting.poll(PURGE_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void serve(Call call) {
        if (call instanceof Call.Writes first) {
            List<Call.Writes> group = groupOf(first);
            attempt(group, () -> write(group));
        } else if (call instanceof Call.Purge asked) {
            attempt(List.of(asked), () -> asked.purged().complete(purge()));
        }
        if (call == null && session.failing()) {
            attempt(List.of(), session::recover);
        }
        if (!(call instanceof Call.Stop) && !session.failing()) {
            attempt(List.of(), this::purgeIfDue);
        }
    }

    private List<Call.Writes> groupOf(Call.Writes first) {
        List<Call.Writes> group = new ArrayList<>();
        group.add(first);
        long bytes = first.contentLength();
        while (waiting.peek() instanceof Call.Writes next && bytes + next.contentLength() <= MAX_GROUP_BYTES) {
            waiting.remove();
            group.add(next);
            bytes += next.contentLength();
        }
        return group;
    }

    private boolean write(List<Call.Writes> calls) throws RocksDBException {
        long now = clock.millis();
        return session.write(engine -> {
            try (Group group = new Group(engine, session, now)) {
                for (Call.Writes call : calls) {
                    group.add(call);
                }
                group.commit(metrics);
                group.answer();
                return true;
            }
        });
    }

    private int purge() throws RocksDBException {
        long now = clock.millis();
        return session.write(engine -> purge.pass(engine, now));
    }

    private boolean purgeIfDue() throws RocksDBException {
        long now = clock.millis();
        if (!expiredLeft && now < nextPurge) {
            return false;
        }
        expiredLeft = false;
        nextPurge = now + PURGE_INTERVAL.toMillis();
        expiredLeft = purge() == ExpiredPurge.LIMIT;
        return true;
    }

    private interface Attempt {
        Object run() throws RocksDBException;
    }

    /** Whatever goes wrong, the callers hear of it, the thread lives on, and the next attempt starts on an engine opened again. */
    private void attempt(List<? extends Call> callers, Attempt attempt) {
        StoreException failure;
        try {
            attempt.run();
            return;
        } catch (StoreException e) {
            failure = e;
        } catch (RocksDBException | RuntimeException | Error e) {
            failure = new StoreException("the outcome of this write is unknown: " + e.getMessage(), e);
            session.failed(failure);
        }
        LOG.debug("The store could not write: {}", failure.getMessage(), failure);
        for (Call caller : callers) {
            caller.fail(failure);
        }
    }
}
