package io.quipu.collector.drive;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.quipu.common.stage.Batch;
import io.quipu.common.stage.BatchAnswer;
import io.quipu.common.stage.StageBrokenException;
import io.quipu.common.stage.StageUnavailableException;
import io.quipu.common.stage.StaleBatchException;
import io.quipu.common.usage.CollectedUsage;
import java.util.concurrent.TimeUnit;

/**
 * The next stage behind the circuit breaker that the partitions share. Permission is asked for before a batch is prepared,
 * so that an open breaker costs nothing; only unavailability counts as a failure: a stage that answers is there. One per
 * driver, not thread-safe.
 */
final class GuardedStage {

    private final NextStage stage;
    private final CircuitBreaker breaker;
    private boolean permitted;

    GuardedStage(NextStage stage, CircuitBreaker breaker) {
        this.stage = stage;
        this.breaker = breaker;
    }

    /** Asks for permission to send one batch; {@link #release} gives it back unless it was used. */
    boolean permitted() {
        permitted = breaker.tryAcquirePermission();
        return permitted;
    }

    void release() {
        if (permitted) {
            permitted = false;
            breaker.releasePermission();
        }
    }

    BatchAnswer send(Batch<CollectedUsage> batch) {
        long begun = breaker.getCurrentTimestamp();
        try {
            BatchAnswer answer = stage.send(batch);
            answered(begun);
            return answer;
        } catch (StaleBatchException | StageBrokenException e) {
            answered(begun);
            throw e;
        } catch (StageUnavailableException e) {
            permitted = false;
            breaker.onError(breaker.getCurrentTimestamp() - begun, unit(), e);
            throw e;
        }
    }

    private void answered(long begun) {
        permitted = false;
        breaker.onSuccess(breaker.getCurrentTimestamp() - begun, unit());
    }

    private TimeUnit unit() {
        return breaker.getTimestampUnit();
    }
}
