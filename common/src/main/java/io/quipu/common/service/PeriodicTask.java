package io.quipu.common.service;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.springframework.context.SmartLifecycle;

/** Has something done again and again, on a daemon thread of its own, while the service runs. */
public final class PeriodicTask implements SmartLifecycle {

    private final String thread;
    private final Runnable task;
    private final Duration pause;
    private ScheduledExecutorService timer;

    /**
     * A task.
     *
     * @param thread the name of its thread
     * @param task what is done; it sees to its own failures, since one that it throws is the last thing done
     * @param pause before it is done first, and from its end to its next beginning
     */
    public PeriodicTask(String thread, Runnable task, Duration pause) {
        this.thread = thread;
        this.task = task;
        this.pause = pause;
    }

    @Override
    public synchronized void start() {
        timer = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread made = new Thread(work, thread);
            made.setDaemon(true);
            return made;
        });
        timer.scheduleWithFixedDelay(task, pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** What is under way is not waited for. */
    @Override
    public synchronized void stop() {
        if (timer != null) {
            timer.shutdownNow();
            timer = null;
        }
    }

    @Override
    public synchronized boolean isRunning() {
        return timer != null;
    }
}
