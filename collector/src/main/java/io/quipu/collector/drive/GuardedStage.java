package io.quipu.collector.drive;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.quipu.common.stage.Batch;
import io.quipu.common.stage.BatchAnswer;
import io.quipu.common.stage.StageBrokenException;
import io.quipu.common.stage.StageUnavailableException;
import io.quipu.common.usage.CollectedUsage;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The next stage behind the circuit breaker that the partitions share. Permission is asked for before batches are prepared,
 * so that an open breaker costs nothing; only unavailability counts as a failure: a stage that answers is there. Thread-safe.
 */
final class GuardedStage {

    private final NextStage stage;
    private final CircuitBreaker breaker;

    GuardedStage(NextStage stage, CircuitBreaker breaker) {
        this.stage = stage;
        this.breaker = breaker;
    }

    /** Permission for one call; none while the breaker is open. */
    Optional<Permission> permission() {
        return breaker.tryAcquirePermission() ? Optional.of(new Permission()) : Optional.empty();
    }

    /** How long an open breaker stays open. */
    Duration openFor() {
        return Duration.ofMillis(breaker.getCircuitBreakerConfig().getWaitIntervalFunctionInOpenState().apply(1));
    }

    /** Permission for one call; closing it gives it back unless it was used. Not thread-safe. */
    final class Permission implements AutoCloseable {

        private boolean used;

        /** Sends batches, see {@link NextStage#send}. */
        List<BatchAnswer> send(List<Batch<CollectedUsage>> batches) {
            long begun = breaker.getCurrentTimestamp();
            try {
                List<BatchAnswer> answers = stage.send(batches);
                answered(begun);
                return answers;
            } catch (StageBrokenException e) {
                answered(begun);
                throw e;
            } catch (StageUnavailableException e) {
                used = true;
                breaker.onError(breaker.getCurrentTimestamp() - begun, unit(), e);
                throw e;
            }
        }

        @Override
        public void close() {
            if (!used) {
                breaker.releasePermission();
            }
        }

        private void answered(long begun) {
            used = true;
            breaker.onSuccess(breaker.getCurrentTimestamp() - begun, unit());
        }

        private TimeUnit unit() {
            return breaker.getTimestampUnit();
        }
    }
}
