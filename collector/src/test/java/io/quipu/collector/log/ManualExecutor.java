package io.quipu.collector.log;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** Runs tasks when a test says so, in the test's thread. */
public final class ManualExecutor implements Executor {

    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private boolean closed;

    @Override
    public void execute(Runnable task) {
        if (closed) {
            throw new RejectedExecutionException("closed");
        }
        tasks.add(task);
    }

    /** Takes no more tasks; those that wait still run. */
    public void close() {
        closed = true;
    }

    public int waiting() {
        return tasks.size();
    }

    public boolean runOne() {
        Runnable task = tasks.poll();
        if (task != null) {
            task.run();
        }
        return task != null;
    }

    public void runAll() {
        int ran = 0;
        while (runOne()) {
            if (++ran > 100_000) {
                throw new AssertionError("the executor never becomes idle");
            }
        }
    }
}
