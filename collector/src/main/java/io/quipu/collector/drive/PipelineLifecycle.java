package io.quipu.collector.drive;

import io.quipu.collector.log.StoredUsageLog;
import io.quipu.common.log.SparingLog;
import io.quipu.common.store.StoreException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Starts the log and its drivers before the web server takes requests, and drains them after it has answered the last one:
 * no new batch, the batches in flight and the queued appends finish; then other instances get its partitions, all of it within a
 * limit. The store closes later.
 *
 * <p>Where the store is away at the start, the service starts nevertheless and refuses usage; the log is started as soon as the store
 * is there.
 */
public final class PipelineLifecycle implements SmartLifecycle {

    /** Below the phases of the web server: started before it, stopped after its graceful shutdown. */
    public static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 4_096;

    /** Of the time for draining, one in so many is kept for leaving the leases. */
    private static final int SHARE_OF_LEAVING = 4;

    /** How long to wait before the next try when the store is away at the start. */
    private static final Duration START_AGAIN = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(PipelineLifecycle.class);

    private final StoredUsageLog log;
    private final Drivers drivers;
    private final Sharing sharing;
    private final PipelineThreads threads;
    private final PipelineSweep sweep;
    private final Duration period;
    private final Duration drain;
    private final SparingLog failures = new SparingLog(System::nanoTime);
    private volatile boolean running;

    /**
     * Of a log and its drivers.
     *
     * @param log the log
     * @param drivers its drivers
     * @param sharing how its partitions are shared
     * @param threads what both run on
     * @param properties how often to sweep, how long to drain
     */
    public PipelineLifecycle(StoredUsageLog log, Drivers drivers, Sharing sharing, PipelineThreads threads,
            PipelineProperties properties) {
        this.log = log;
        this.drivers = drivers;
        this.sharing = sharing;
        this.threads = threads;
        this.sweep = new PipelineSweep(log, drivers, threads.driving(), sharing,
                PipelineSweep.Pace.of(properties.log().sweep(), log.partitions()));
        this.period = properties.log().sweep();
        this.drain = properties.drain();
    }

    @Override
    public void start() {
        running = true;
        if (!started()) {
            LOG.warn("the usage log is started when the store is there; until then usage is refused");
            startLater();
        }
    }

    /** False when the store is away. */
    private boolean started() {
        try {
            sweep.start();
        } catch (StoreException e) {
            LOG.debug("the usage log is started later", e);
            return false;
        }
        threads.every(period, sweep::run);
        return true;
    }

    private void startLater() {
        threads.after(START_AGAIN, () -> {
            if (running && !startedLate()) {
                startLater();
            }
        });
    }

    private boolean startedLate() {
        try {
            if (!started()) {
                return false;
            }
        } catch (RuntimeException e) {
            failures.write(held -> LOG.atError().setCause(e).log(
                    "the usage log cannot be started, and usage is refused ({} more tries since the last such line)", held));
            return false;
        }
        LOG.info("the store is there, the usage log is started");
        return true;
    }

    @Override
    public void stop() {
        running = false;
        sweep.stop();
        long end = System.nanoTime() + drain.toNanos();
        long deadline = end - drain.toNanos() / SHARE_OF_LEAVING;
        drivers.stop();
        CompletableFuture<Void> appended = log.stop();
        boolean drained = false;
        try {
            appended.get(left(deadline), TimeUnit.NANOSECONDS);
            threads.drain();
            drained = threads.driving().awaitTermination(left(deadline), TimeUnit.NANOSECONDS)
                    && threads.appending().awaitTermination(left(deadline), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("draining ended", e);
        } finally {
            threads.drain();
        }
        leave(end);
        threads.close();
        if (drained) {
            LOG.info("the usage log and its drivers have drained, {} usages wait for the next start",
                    log.backlog().usages());
        } else {
            LOG.warn("the usage log and its drivers have not drained within {}; what was in flight is driven again at"
                    + " the next start", drain);
        }
    }

    /** Also when not all has drained: what is in flight is harmless. */
    private void leave(long deadline) {
        try {
            threads.sharing().submit(sharing::stop).get(left(deadline), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            LOG.warn("the partitions of this instance could not be given away", e.getCause());
        } catch (TimeoutException e) {
            LOG.warn("the store has not answered in time whether the partitions of this instance are given away; the others take"
                    + " them over as those of a dead one");
        }
    }

    private static long left(long deadline) {
        return Math.max(0, deadline - System.nanoTime());
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
