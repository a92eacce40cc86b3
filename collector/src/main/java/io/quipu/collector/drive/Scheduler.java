package io.quipu.collector.drive;

import java.time.Duration;

/** Runs something later. */
@FunctionalInterface
public interface Scheduler {

    /** Runs the task once, after at least that long. The task is short and does not block. */
    void after(Duration delay, Runnable task);
}
