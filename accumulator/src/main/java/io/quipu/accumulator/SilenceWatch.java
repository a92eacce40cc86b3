package io.quipu.accumulator;

import io.quipu.common.store.StoreException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** Looks for silent resources each minute, on a thread of its own, while the service runs. */
final class SilenceWatch implements SmartLifecycle {

    /** From the end of a check to the beginning of the next. */
    static final Duration PERIOD = Duration.ofMinutes(1);

    private static final Logger LOG = LoggerFactory.getLogger(SilenceWatch.class);

    private final SilentResources resources;
    private final SilenceMetrics metrics;
    private ScheduledExecutorService timer;

    SilenceWatch(SilentResources resources, SilenceMetrics metrics) {
        this.resources = resources;
        this.metrics = metrics;
    }

    /** One check; what fails is tried again with the next. */
    void check() {
        try {
            resources.check();
            metrics.update();
        } catch (StoreException e) {
            LOG.debug("silent resources are looked for later: {}", e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("silent resources cannot be looked for", e);
        }
    }

    @Override
    public synchronized void start() {
        timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "quipu-silence");
            thread.setDaemon(true);
            return thread;
        });
        timer.scheduleWithFixedDelay(this::check, PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    }

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
