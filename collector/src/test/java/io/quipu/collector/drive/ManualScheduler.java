package io.quipu.collector.drive;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Keeps what is to run later until a test says so. */
final class ManualScheduler implements Scheduler {

    private final List<Duration> delays = new ArrayList<>();
    private List<Runnable> tasks = new ArrayList<>();

    @Override
    public void after(Duration delay, Runnable task) {
        delays.add(delay);
        tasks.add(task);
    }

    /** All delays so far. */
    List<Duration> delays() {
        return delays;
    }

    int waiting() {
        return tasks.size();
    }

    /** Runs what waits now, whatever its delay. */
    void runAll() {
        List<Runnable> due = tasks;
        tasks = new ArrayList<>();
        due.forEach(Runnable::run);
    }
}
