package io.quipu.acceptance.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Threads that do one thing each; what fails in one of them is found wrong. Confined to the thread that made it. */
final class Crew {

    private final Verdict verdict;
    private final List<Thread> threads = new ArrayList<>();

    /** Something that a thread does. */
    @FunctionalInterface
    interface Task {
        void run() throws Exception;
    }

    Crew(Verdict verdict) {
        this.verdict = verdict;
    }

    void start(String name, Task task) {
        Thread thread = new Thread(() -> {
            try {
                task.run();
            } catch (Exception e) {
                verdict.wrong(name + " failed: " + e);
            }
        }, name);
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    /** Waits for all; what is not done within that time is found wrong, and interrupted. */
    void join(Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        for (Thread thread : threads) {
            thread.join(Math.max(1, Duration.ofNanos(deadline - System.nanoTime()).toMillis()));
            if (thread.isAlive()) {
                verdict.wrong(thread.getName() + " is not done after " + patience.toSeconds() + " s");
                thread.interrupt();
            }
        }
    }
}
