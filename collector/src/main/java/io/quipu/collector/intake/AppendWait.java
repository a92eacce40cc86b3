package io.quipu.collector.intake;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** How whoever appends usages, and keeps a thread meanwhile, waits until they are durable. */
@FunctionalInterface
public interface AppendWait {

    /** Returns when all appends are done, successfully or not, or the time is up. */
    void await(CompletableFuture<Void> appends) throws InterruptedException;

    /** Blocks the calling thread, at most so long. */
    static AppendWait atMost(Duration timeout) {
        return appends -> {
            try {
                appends.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
            } catch (ExecutionException | TimeoutException e) {
                // Whoever waits looks at each append itself.
                return;
            }
        };
    }
}
