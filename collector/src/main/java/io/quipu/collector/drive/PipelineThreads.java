package io.quipu.collector.drive;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads of the log and its drivers: two small pools that all partitions share, a timer that never blocks, and a few for leases and
 * signals, which are there only when partitions are shared.
 */
public final class PipelineThreads implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PipelineThreads.class);

    private final ExecutorService appending;
    private final ExecutorService driving;
    private final ScheduledExecutorService timer;
    private final ScheduledExecutorService sharing;

    /** Pools of that many threads. */
    public PipelineThreads(int appendThreads, int driveThreads) {
        appending = Executors.newFixedThreadPool(appendThreads, named("quipu-append-"));
        driving = Executors.newFixedThreadPool(driveThreads, named("quipu-drive-"));
        timer = Executors.newSingleThreadScheduledExecutor(named("quipu-timer-"));
        sharing = Executors.newScheduledThreadPool(SharingEnvironment.TASKS, named("quipu-lease-"));
    }

    private static ThreadFactory named(String prefix) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, prefix + count.incrementAndGet());
            thread.setDaemon(true);
            // One line, where the JVM would print many past the log.
            thread.setUncaughtExceptionHandler((died, failure) -> LOG.error("thread {} has died", died.getName(), failure));
            return thread;
        };
    }

    ExecutorService appending() {
        return appending;
    }

    ExecutorService driving() {
        return driving;
    }

    /** Runs something later, on the timer. */
    void after(Duration delay, Runnable task) {
        if (!timer.isShutdown()) {
            timer.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** Runs something later that blocks while the store answers. */
    void sharingAfter(Duration delay, Runnable task) {
        try {
            sharing.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException stopped) {
            LOG.debug("leases and signals are no longer looked at");
        }
    }

    ScheduledExecutorService sharing() {
        return sharing;
    }

    void every(Duration period, Runnable task) {
        timer.scheduleWithFixedDelay(task, period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Leases and signals go on: they end last. */
    void drain() {
        timer.shutdownNow();
        appending.shutdown();
        driving.shutdown();
    }

    @Override
    public void close() {
        drain();
        sharing.shutdownNow();
    }
}
