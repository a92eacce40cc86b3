package io.quipu.collector.drive;

import io.quipu.collector.log.StoredUsageLog;
import java.util.Arrays;
import java.util.concurrent.Executor;
import java.util.stream.IntStream;

/** The drivers of all partitions. Thread-safe; starts nothing by itself. */
public final class Drivers {

    private final DriverLoop[] loops;

    /**
     * One driver per partition of a log.
     *
     * @param log the log
     * @param environment what the drivers share
     * @param executor runs their turns, each until its batch is answered
     * @param scheduler wakes those that wait after a failure
     */
    public Drivers(StoredUsageLog log, DriveEnvironment environment, Executor executor, Scheduler scheduler) {
        DriveMetrics metrics = new DriveMetrics(environment.meters());
        this.loops = IntStream.range(0, log.partitions())
                .mapToObj(p -> new DriverLoop(new Driver(p, log, environment, metrics), executor, scheduler,
                        environment.interval()))
                .toArray(DriverLoop[]::new);
    }

    /** There may be something to drive in a partition. */
    public void wake(int partition) {
        loops[partition].wake();
    }

    /** No new batches; those in flight finish. */
    public void stop() {
        Arrays.stream(loops).forEach(DriverLoop::stop);
    }

    /** Whether no partition has a batch in flight, waits for its turn or for a retry. */
    public boolean idle() {
        return Arrays.stream(loops).allMatch(loop -> loop.state() == DriverLoop.State.IDLE);
    }
}
