package io.quipu.collector.drive;

import io.quipu.collector.lease.HeldPartitions;
import io.quipu.collector.log.LogTrimmer;
import io.quipu.collector.log.StoredUsageLog;
import io.quipu.common.store.StoreException;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLongArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the log and its drivers together, and from time to time does what no event asks for: opens what could not be
 * opened yet, wakes drivers that nothing else has woken, and trims. Each run does so for some of the partitions, so that
 * what it reads is spread over time, and only for those that this process drives. Has no thread and no clock of its own.
 */
public final class PipelineSweep {

    private static final Logger LOG = LoggerFactory.getLogger(PipelineSweep.class);
    private static final long NEVER = Long.MIN_VALUE;

    private final StoredUsageLog log;
    private final Drivers drivers;
    private final HeldPartitions held;
    private final LogTrimmer trimmer;
    private final Executor executor;
    private final Sharing sharing;
    private final Rota looks;
    private final Rota trims;

    /** The segment that each partition was driven to when it was last trimmed. */
    private final AtomicLongArray trimmedAt;
    private volatile boolean running;

    /**
     * How often a partition has its turn.
     *
     * @param sweep how long after a run the next one follows
     * @param look how often the driver of each partition is woken
     * @param trim how often each partition is trimmed, if it was driven into another segment meanwhile
     */
    public record Pace(Duration sweep, Duration look, Duration trim) {

        /** All of it with each run. */
        public static final Pace EVERY_RUN = new Pace(Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ofMinutes(1));

        /** How often a driver is woken that nothing has woken. */
        static final Duration LOOK = Duration.ofMinutes(10);

        /** How often a partition is trimmed: segments are kept for months. */
        static final Duration TRIM = Duration.ofHours(1);

        /** Of very many partitions one at most is looked at in this time. */
        static final Duration LOOK_APART = Duration.ofSeconds(5);

        /** And one trimmed in this. */
        static final Duration TRIM_APART = Duration.ofSeconds(30);

        /** The usual one, for so many partitions. */
        public static Pace of(Duration sweep, int partitions) {
            return new Pace(sweep, longer(LOOK, LOOK_APART.multipliedBy(partitions)),
                    longer(TRIM, TRIM_APART.multipliedBy(partitions)));
        }

        private static Duration longer(Duration one, Duration other) {
            return one.compareTo(other) > 0 ? one : other;
        }
    }

    /** Whose turn it is: each of some partitions once in a period. */
    private static final class Rota {
        private final int partitions;
        private final long sweep;
        private final long period;
        private long runs;
        private long next;

        Rota(int partitions, Duration sweep, Duration period) {
            this.partitions = partitions;
            this.sweep = sweep.toMillis();
            this.period = period.toMillis();
        }

        int[] run() {
            runs++;
            long first = next;
            next = Math.max(first, runs * partitions * sweep / period);
            int count = (int) Math.min(partitions, next - first);
            int[] turns = new int[count];
            for (int i = 0; i < count; i++) {
                turns[i] = (int) ((next - count + i) % partitions);
            }
            return turns;
        }
    }

    /** Of the one process on a log, each run of all partitions. */
    public PipelineSweep(StoredUsageLog log, Drivers drivers, Executor executor) {
        this(log, drivers, executor, Sharing.none(log, drivers), Pace.EVERY_RUN);
    }

    /**
     * Of a log and its drivers.
     *
     * @param log the log
     * @param drivers its drivers
     * @param executor runs the trimming
     * @param sharing how the partitions are shared; started by this, stopped by whoever drains what this has started
     * @param pace how often a partition has its turn
     */
    public PipelineSweep(StoredUsageLog log, Drivers drivers, Executor executor, Sharing sharing, Pace pace) {
        this.log = log;
        this.drivers = drivers;
        this.held = log.held();
        this.trimmer = new LogTrimmer(log.documents(), log.times());
        this.executor = executor;
        this.sharing = sharing;
        this.looks = new Rota(log.partitions(), pace.sweep(), pace.look());
        this.trims = new Rota(log.partitions(), pace.sweep(), pace.trim());
        this.trimmedAt = new AtomicLongArray(log.partitions());
        for (int partition = 0; partition < log.partitions(); partition++) {
            trimmedAt.set(partition, NEVER);
        }
    }

    /**
     * Starts the log and has it wake the drivers. After a failure the log takes no usage before another start has succeeded.
     *
     * @throws IllegalStateException when the log is not this deployment's
     * @throws StoreException when the store is away
     */
    public void start() {
        log.start(sharing::start);
        log.open();
        running = true;
    }

    /** One run; none after {@link #stop}. Not thread-safe. */
    public void run() {
        if (!running) {
            return;
        }
        log.open();
        for (int partition : looks.run()) {
            drivers.wake(partition);
        }
        for (int partition : trims.run()) {
            long driven = log.drivenTo(partition);
            if (held.holds(partition) && trimmedAt.getAndSet(partition, driven) != driven) {
                trimSoon(partition);
            }
        }
    }

    /** No more runs. */
    public void stop() {
        running = false;
    }

    /** Whether it was started and not stopped. */
    public boolean running() {
        return running;
    }

    private void trimSoon(int partition) {
        try {
            executor.execute(() -> trim(partition));
        } catch (RejectedExecutionException stopped) {
            LOG.debug("partition {} was to be trimmed after the executor had stopped", partition);
        }
    }

    private void trim(int partition) {
        try {
            if (running && held.holds(partition) && trimmer.trim(partition)) {
                trimSoon(partition);
            }
        } catch (StoreException e) {
            trimmedAt.set(partition, NEVER);
            LOG.debug("partition {} is trimmed later: {}", partition, e.getMessage());
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).addKeyValue("partition", partition).log("partition {} cannot be trimmed", partition);
        }
    }
}
