package io.quipu.collector.drive;

import io.quipu.collector.log.LogTrimmer;
import io.quipu.collector.log.StoredUsageLog;
import io.quipu.common.store.StoreException;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the log and its drivers together, and from time to time does what no event asks for: opens what could not be
 * opened yet, wakes drivers that nothing else has woken, and trims. Has no thread and no clock of its own.
 */
public final class PipelineSweep {

    private static final Logger LOG = LoggerFactory.getLogger(PipelineSweep.class);

    private final StoredUsageLog log;
    private final Drivers drivers;
    private final LogTrimmer trimmer;
    private final Executor executor;
    private volatile boolean running;

    /**
     * Of a log and its drivers.
     *
     * @param log the log
     * @param drivers its drivers
     * @param executor runs the trimming
     */
    public PipelineSweep(StoredUsageLog log, Drivers drivers, Executor executor) {
        this.log = log;
        this.drivers = drivers;
        this.trimmer = new LogTrimmer(log.documents(), log.times());
        this.executor = executor;
    }

    /**
     * Starts the log and has it wake the drivers.
     *
     * @throws IllegalStateException when the log is not this deployment's
     * @throws StoreException when the store is away
     */
    public void start() {
        log.start();
        log.onAppended(drivers::wake);
        log.open();
        running = true;
    }

    /** One sweep over all partitions; none after {@link #stop}. */
    public void run() {
        if (!running) {
            return;
        }
        log.open();
        for (int p = 0; p < log.partitions(); p++) {
            int partition = p;
            drivers.wake(partition);
            executor.execute(() -> trim(partition));
        }
    }

    /** No more sweeps. */
    public void stop() {
        running = false;
    }

    /** Whether it was started and not stopped. */
    public boolean running() {
        return running;
    }

    private void trim(int partition) {
        try {
            if (running) {
                trimmer.trim(partition);
            }
        } catch (StoreException e) {
            LOG.debug("partition {} is trimmed later: {}", partition, e.getMessage());
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).addKeyValue("partition", partition).log("partition {} cannot be trimmed", partition);
        }
    }
}
