package io.quipu.collector.drive;

import io.quipu.collector.lease.LeaseTimes;
import io.quipu.common.store.DocumentStore;
import java.util.function.LongSupplier;

/**
 * What sharing partitions takes from outside.
 *
 * @param instance the id of this start of this process, unique for ever
 * @param store where leases and signal are: the log's own
 * @param times when they are looked at
 * @param nanos monotonic time of this machine, nanoseconds
 * @param scheduler runs beats and looks later; unlike the tasks of drivers they block while the store answers, so one must not
 *     wait for another: up to {@link #TASKS} of them at a time
 */
public record SharingEnvironment(String instance, DocumentStore store, LeaseTimes times, LongSupplier nanos,
        Scheduler scheduler) {

    /** A beat, a look at the signal, raising it, and finding out what waits in partitions that were gained. */
    public static final int TASKS = 4;
}
