package io.quipu.collector.drive;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;

/** Runs the tasks of some machines in one thread, each when its time has come, as fast as they run. */
final class VirtualTime {

    private record Task(long at, long order, BooleanSupplier alive, Runnable run) {
    }

    private final PriorityQueue<Task> tasks = new PriorityQueue<>(Comparator.comparingLong(Task::at).thenComparingLong(Task::order));
    private long now;
    private long order;

    /** Nanoseconds since the beginning. */
    long now() {
        return now;
    }

    void after(Duration delay, BooleanSupplier alive, Runnable task) {
        tasks.add(new Task(now + Math.max(0, delay.toNanos()), order++, alive, task));
    }

    /** Lets so much time pass. */
    void pass(Duration time) {
        passUntil(time, () -> false);
    }

    /** Lets time pass until something is so, at most so much; how much has passed. */
    Duration passUntil(Duration most, BooleanSupplier done) {
        long began = now;
        long end = began + most.toNanos();
        while (!done.getAsBoolean() && !tasks.isEmpty() && tasks.peek().at() <= end) {
            Task task = tasks.poll();
            now = Math.max(now, task.at());
            if (task.alive().getAsBoolean()) {
                task.run().run();
            }
        }
        if (!done.getAsBoolean()) {
            now = end;
        }
        return Duration.ofNanos(now - began);
    }
}
