package io.quipu.collector.drive;

import io.quipu.collector.lease.HeldPartitions;
import io.quipu.collector.log.StoredUsageLog;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.stream.IntStream;

/**
 * The drivers of all partitions, of which those work that this process {@linkplain StoredUsageLog#held holds}. Thread-safe;
 * starts nothing by itself.
 */
public final class Drivers {

    private final DriveMetrics metrics;
    private final DriverLoop[] loops;
    private final DriveRounds rounds;

    /**
     * One driver per partition of a log.
     *
     * @param log the log
     * @param environment what the drivers share
     * @param executor runs their rounds, each until its batches are answered
     * @param scheduler wakes those that wait
     */
    public Drivers(StoredUsageLog log, DriveEnvironment environment, Executor executor, Scheduler scheduler) {
        this.metrics = new DriveMetrics(environment.meters());
        HeldPartitions held = log.held();
        this.loops = IntStream.range(0, log.partitions())
                .mapToObj(p -> new DriverLoop(new Driver(p, log, environment, metrics), environment.interval(),
                        () -> held.holds(p)))
                .toArray(DriverLoop[]::new);
        this.rounds = new DriveRounds(new Round(log, environment, metrics), environment.rounds(), executor, scheduler);
    }

    /** There may be something to drive in a partition; nothing happens when it is another's. */
    public void wake(int partition) {
        if (loops[partition].wake()) {
            rounds.add(List.of(loops[partition]));
        }
    }

    /** A partition is another's to drive now: the batch in flight finishes, and no other follows. */
    void lost(int partition) {
        loops[partition].lost();
    }

    /** What driving counts. */
    DriveMetrics metrics() {
        return metrics;
    }

    /** No new batches; those in flight finish. */
    public void stop() {
        Arrays.stream(loops).forEach(DriverLoop::stop);
    }

    /** Whether no partition has a batch in flight, waits for its turn or for a retry. */
    public boolean idle() {
        return Arrays.stream(loops).allMatch(loop -> loop.state() == DriverLoop.State.IDLE);
    }

    /** Where the loop of a partition stands. */
    DriverLoop.State state(int partition) {
        return loops[partition].state();
    }
}
