package io.quipu.common.store.couchbase;

import io.quipu.common.store.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;

/**
 * Sends the operations of a call one after another without waiting for answers in between, within limits that all calls of a process
 * share: so many operations, and so many bytes, may wait for the cluster. After the first failure no more is sent: a cluster that is
 * away costs a call one time-out, however long the call is. Thread-safe.
 */
final class Pipeline {

    /**
     * Bytes of content that may be on their way to the cluster; a single document may have more, and goes alone. A quarter of the direct
     * memory that the manifests grant.
     */
    static final int MAX_BYTES_IN_FLIGHT = 16 * 1024 * 1024;

    private static final int UNIT = 1024;
    private static final int UNITS = MAX_BYTES_IN_FLIGHT / UNIT;

    /** Each operation ends after one time-out; twice that, and it never will. */
    private static final int TIMEOUTS = 2;

    /** How long the end of a process waits for what is in flight: a cluster that stalls must not keep it past its 8 s. */
    static final Duration DRAIN_LIMIT = Duration.ofMillis(700);

    private final Semaphore operations;
    private final Semaphore units = new Semaphore(UNITS, true);
    private final int maxInFlight;
    private final long patience;

    Pipeline(int maxInFlight, Duration timeout) {
        this.maxInFlight = maxInFlight;
        this.operations = new Semaphore(maxInFlight, true);
        this.patience = timeout.multipliedBy(TIMEOUTS).toNanos();
    }

    /**
     * What became of an operation.
     *
     * @param value its answer; null when it failed
     * @param failure why there is none, or null
     */
    record Answer<T>(T value, Throwable failure) {
    }

    /**
     * Sends, and waits for all answers.
     *
     * @param count how many operations
     * @param bytes of content that an operation sends
     * @param send begins an operation
     * @return the answers in order; fewer than there are operations when one failed, or when there was no room: then the rest was not sent
     * @throws StoreException when the caller was interrupted
     */
    <T> List<Answer<T>> run(int count, IntUnaryOperator bytes, IntFunction<CompletableFuture<T>> send) {
        List<CompletableFuture<T>> sent = new ArrayList<>(count);
        AtomicBoolean failed = new AtomicBoolean();
        try {
            for (int i = 0; i < count && !failed.get(); i++) {
                int units = Math.min(UNITS, bytes.applyAsInt(i) / UNIT + 1);
                if (!acquire(units)) {
                    break;
                }
                sent.add(begin(i, send).whenComplete((value, failure) -> {
                    release(units);
                    if (failure != null) {
                        failed.set(true);
                    }
                }));
            }
            CompletableFuture.allOf(sent.toArray(CompletableFuture<?>[]::new)).get(patience, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException("interrupted while waiting for Couchbase: the outcome of this call is unknown", e);
        } catch (ExecutionException e) {
            // told by the one that failed
        } catch (TimeoutException e) {
            throw new StoreException("the Couchbase client did not keep its own time-out", e);
        }
        return sent.stream().map(Pipeline::answer).toList();
    }

    /** Returns when nothing is in flight any more, or after {@link #DRAIN_LIMIT}. */
    void drain() {
        try {
            if (operations.tryAcquire(maxInFlight, DRAIN_LIMIT.toNanos(), TimeUnit.NANOSECONDS)) {
                operations.release(maxInFlight);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static <T> CompletableFuture<T> begin(int operation, IntFunction<CompletableFuture<T>> send) {
        try {
            return send.apply(operation);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static <T> Answer<T> answer(CompletableFuture<T> done) {
        return done.handle((value, failure) -> new Answer<>(value, failure == null ? null : Failures.unwrapped(failure))).join();
    }

    private boolean acquire(int bytes) throws InterruptedException {
        if (!operations.tryAcquire(patience, TimeUnit.NANOSECONDS)) {
            return false;
        }
        if (!units.tryAcquire(bytes, patience, TimeUnit.NANOSECONDS)) {
            operations.release();
            return false;
        }
        return true;
    }

    private void release(int bytes) {
        units.release(bytes);
        operations.release();
    }
}
