package io.quipu.collector.drive;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.quipu.collector.log.Backlog;
import io.quipu.collector.log.Cursor;
import io.quipu.collector.log.LogDocuments;
import io.quipu.collector.log.StoredUsageLog;
import io.quipu.collector.log.Versioned;
import io.quipu.common.stage.Batch;
import io.quipu.common.stage.BatchAnswer;
import io.quipu.common.stage.StageUnavailableException;
import io.quipu.common.stage.StaleBatchException;
import io.quipu.common.store.StoreException;
import io.quipu.common.trace.Traces;
import io.quipu.common.usage.Rejection;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives one partition of the log, one batch at a time: read from the cursor, settle duplicates, read the cursor again and
 * drop what it has passed, send, store what was rejected, move the cursor. Whatever fails on the way, the same positions
 * are driven again and change nothing that they have changed before. Two drivers of one partition are harmless.
 *
 * <p>Not thread-safe; {@link DriverLoop} decides when it runs.
 */
final class Driver {

    private static final Logger LOG = LoggerFactory.getLogger(Driver.class);

    private final int partition;
    private final LogDocuments documents;
    private final Backlog backlog;
    private final BatchReader reader;
    private final Deduplication deduplication;
    private final GuardedStage stage;
    private final Commit commit;
    private final PinnedPlans plans;
    private final CircuitBreaker breaker;
    private final Backoff backoff;
    private final Suspicion suspicion;
    private final DriveMetrics metrics;
    private final Traces traces;
    private final IntakeFirst intakeFirst;

    private int failures;
    private long staleAt = Long.MIN_VALUE;

    Driver(int partition, StoredUsageLog log, DriveEnvironment environment, DriveMetrics metrics) {
        this.partition = partition;
        this.documents = log.documents();
        this.backlog = log.backlog();
        this.reader = new BatchReader(log);
        this.deduplication = new Deduplication(documents, log.times());
        this.stage = new GuardedStage(environment.next(), environment.breaker());
        this.commit = new Commit(partition, log, metrics);
        this.plans = new PinnedPlans(environment.plans());
        this.breaker = environment.breaker();
        this.backoff = environment.backoff();
        this.suspicion = new Suspicion(partition, metrics);
        this.metrics = metrics;
        this.traces = environment.traces();
        this.intakeFirst = environment.intakeFirst();
    }

    /** What is to be done after one try. */
    sealed interface Step {

        /** Drive again at once: there is more, or the cursor has moved. */
        record More() implements Step {
        }

        /** All there was is driven; more may come. */
        record Driven() implements Step {
        }

        /** Nothing to drive until more is appended. */
        record Idle() implements Step {
        }

        /**
         * Drive again later.
         *
         * @param delay how much later
         */
        record Retry(Duration delay) implements Step {
        }
    }

    /** Drives at most one batch. */
    Step driveOnce() {
        if (intakeFirst.waits(backlog.oldest(partition))) {
            return new Step.Retry(IntakeFirst.PAUSE);
        }
        BatchReader.Read read = BatchReader.Read.NOTHING;
        Cursor cursor = Cursor.START;
        try {
            cursor = documents.cursor(partition).document();
            backlog.cursor(partition, cursor.sequence());
            suspicion.passed(cursor.position());
            read = reader.read(partition, cursor, suspicion.limit());
            List<DrivenUsage> usages = read.usages();
            if (usages.isEmpty()) {
                backlog.none(partition);
                recovered();
                return new Step.Idle();
            }
            backlog.next(partition, usages.get(0).acceptedAt(), usages.get(usages.size() - 1).sequence());
            if (!stage.permitted()) {
                return new Step.Retry(backoff.jittered(openFor()));
            }
            long begun = metrics.now();
            drive(usages);
            metrics.batchSince(begun, usages.size());
            recovered();
            return read.more() ? new Step.More() : new Step.Driven();
        } catch (StaleBatchException e) {
            metrics.retry(DriveMetrics.Retry.STALE);
            return stale(cursor, e);
        } catch (StageUnavailableException e) {
            metrics.retry(DriveMetrics.Retry.UNAVAILABLE);
            return retry(e, e.retryAfter().orElse(Duration.ZERO));
        } catch (StoreException e) {
            metrics.retry(DriveMetrics.Retry.STORE);
            return retry(e, Duration.ZERO);
        } catch (RuntimeException e) {
            metrics.retry(DriveMetrics.Retry.BROKEN);
            return broken(cursor, read.usages(), e);
        } finally {
            stage.release();
        }
    }

    private void drive(List<DrivenUsage> usages) {
        List<DrivenUsage> firsts = deduplication.firsts(usages);
        // Marks only tell duplicates apart above the cursor as it is now: another driver may have moved it meanwhile.
        Versioned<Cursor> cursor = documents.cursor(partition);
        long passed = cursor.document().position();
        List<DrivenUsage> left = firsts.stream().filter(usage -> usage.position() > passed).toList();
        traces.within("drive", Traces.Kind.CONSUMER, DrivenUsage.traces(left), () -> {
            List<Rejection> rejected = List.of();
            if (!left.isEmpty()) {
                BatchAnswer answer = stage.send(new Batch<>(partition, passed, plans.of(left),
                        left.stream().map(DrivenUsage::collected).toList()));
                commit.rejections(left, answer);
                rejected = answer.rejected();
            }
            commit.advance(cursor, usages, firsts, rejected);
        });
    }

    /** The cursor is read again at once; later when that has not helped. */
    private Step stale(Cursor cursor, StaleBatchException e) {
        if (cursor.position() == staleAt) {
            return retry(e, Duration.ZERO);
        }
        staleAt = cursor.position();
        return new Step.More();
    }

    private Step retry(RuntimeException cause, Duration atLeast) {
        failures++;
        if (failures == 1) {
            LOG.atWarn().addKeyValue("partition", partition).log("partition {} waits: {}", partition, cause.getMessage());
        }
        Duration wait = backoff.after(failures);
        Duration asked = atLeast.compareTo(backoff.longest()) > 0 ? backoff.longest() : atLeast;
        return new Step.Retry(asked.compareTo(wait) > 0 ? asked : wait);
    }

    private void recovered() {
        if (failures > 0) {
            LOG.atInfo().addKeyValue("partition", partition)
                    .log("partition {} goes on after {} failures", partition, failures);
            failures = 0;
        }
    }

    private Step broken(Cursor cursor, List<DrivenUsage> usages, RuntimeException e) {
        if (usages.size() > 1) {
            suspicion.halve(usages, e);
            return new Step.Retry(backoff.after(1));
        }
        suspicion.stuck(cursor, usages, e);
        failures++;
        return new Step.Retry(backoff.after(failures));
    }

    private Duration openFor() {
        return Duration.ofMillis(
                breaker.getCircuitBreakerConfig().getWaitIntervalFunctionInOpenState().apply(1));
    }
}
