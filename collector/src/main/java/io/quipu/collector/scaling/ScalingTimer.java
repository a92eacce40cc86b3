package io.quipu.collector.scaling;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.springframework.context.SmartLifecycle;

/** Has reports made at an interval, on a thread of its own, while the service runs. */
final class ScalingTimer implements SmartLifecycle {

    private final ScalingReports reports;
    private final Duration interval;
    private ScheduledExecutorService timer;

    ScalingTimer(ScalingReports reports, Duration interval) {
        this.reports = reports;
        this.interval = interval;
    }

    @Override
    public synchronized void start() {
        timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "quipu-scaling");
            thread.setDaemon(true);
            return thread;
        });
        timer.scheduleWithFixedDelay(reports::report, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
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
