package io.quipu.collector.drive;

import io.quipu.collector.drive.Driver.Step;
import io.quipu.collector.log.Cursor;
import io.quipu.collector.log.LogDocuments;
import io.quipu.collector.log.LogTimes;
import io.quipu.collector.log.StoredUsageLog;
import io.quipu.collector.log.Versioned;
import io.quipu.common.stage.Batch;
import io.quipu.common.stage.BatchAnswer;
import io.quipu.common.stage.Batches;
import io.quipu.common.stage.StageBrokenException;
import io.quipu.common.stage.StageUnavailableException;
import io.quipu.common.store.StoreException;
import io.quipu.common.trace.Traces;
import io.quipu.common.usage.CollectedUsage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Drives a batch of each of some partitions together: read from the cursors, settle duplicates, read the cursors again and
 * drop what they have passed, send, store what was rejected, move the cursors; each of that in one call for all. Whatever
 * fails on the way, the same positions are driven again and change nothing that they have changed before. A partition that
 * stands at the end of a snapshot has a round for itself, in which nothing is sent: see {@link SnapshotEnd}. Thread-safe.
 */
final class Round {

    /** About how many bytes of usage the batches of a round may hold together; a single larger usage goes alone. */
    static final int MAX_BYTES = 1024 * 1024;

    /** Plan versions that the usages of a round may be pinned to: it carries their definitions. */
    static final int MAX_PLANS = 100;

    private final LogDocuments documents;
    private final LogTimes times;
    private final StoredUsageLog log;
    private final Deduplication deduplication;
    private final GuardedStage stage;
    private final Commit commit;
    private final SnapshotEnd snapshotEnd;
    private final PinnedPlans plans;
    private final Backoff backoff;
    private final DriveMetrics metrics;
    private final Traces traces;

    Round(StoredUsageLog log, DriveEnvironment environment, DriveMetrics metrics) {
        this.log = log;
        this.documents = log.documents();
        this.times = log.times();
        this.deduplication = new Deduplication(documents, times);
        this.stage = new GuardedStage(environment.next(), environment.breaker());
        this.commit = new Commit(log, metrics);
        this.snapshotEnd = new SnapshotEnd(log, environment.reconciling(), metrics);
        this.plans = new PinnedPlans(environment.plans());
        this.backoff = environment.backoff();
        this.metrics = metrics;
        this.traces = environment.traces();
    }

    /**
     * Drives at most one batch of each partition.
     *
     * <p>What fails in a way that nobody expected may be the fault of one of them: then each is driven by itself.
     *
     * @param drivers those of different partitions
     * @param steps takes what is to be done next, of each of them unless an {@link Error} ends the round
     */
    void drive(List<Driver> drivers, Map<Driver, Step> steps) {
        try {
            attempt(drivers, steps);
        } catch (StageUnavailableException e) {
            failed(drivers, steps, DriveMetrics.Retry.UNAVAILABLE, e, e.retryAfter().orElse(Duration.ZERO));
        } catch (StoreException e) {
            failed(drivers, steps, DriveMetrics.Retry.STORE, e, Duration.ZERO);
        } catch (RuntimeException e) {
            List<Driver> suspects = drivers.stream().filter(driver -> !steps.containsKey(driver)).toList();
            if (suspects.size() > 1) {
                suspects.forEach(driver -> drive(List.of(driver), steps));
            } else {
                metrics.retry(DriveMetrics.Retry.BROKEN);
                suspects.forEach(driver -> steps.put(driver, driver.broken(e)));
            }
        }
    }

    private void failed(List<Driver> drivers, Map<Driver, Step> steps, DriveMetrics.Retry reason, RuntimeException cause,
            Duration atLeast) {
        for (Driver driver : drivers) {
            if (!steps.containsKey(driver)) {
                metrics.retry(reason);
                steps.put(driver, driver.retry(cause.getMessage(), atLeast));
            }
        }
    }

    private void attempt(List<Driver> drivers, Map<Driver, Step> steps) {
        List<Driver> driving = read(drivers, steps);
        if (driving.isEmpty()) {
            return;
        }
        if (driving.get(0).completes()) {
            complete(driving.get(0));
            steps.put(driving.get(0), driving.get(0).done());
            return;
        }
        long begun = metrics.now();
        try (GuardedStage.Permission permission = stage.permission().orElse(null)) {
            if (permission == null) {
                driving.forEach(driver -> steps.put(driver, new Step.Retry(backoff.jittered(stage.openFor()))));
                return;
            }
            drive(driving, permission);
        }
        for (Driver driver : driving) {
            if (driver.isStale()) {
                metrics.retry(DriveMetrics.Retry.STALE);
            } else {
                metrics.batchSince(begun, driver.usages().size());
            }
            steps.put(driver, driver.done());
        }
    }

    /** Reads a batch of each that has one, as long as they may go together; the others have a step. */
    private List<Driver> read(List<Driver> drivers, Map<Driver, Step> steps) {
        List<Driver> ready = new ArrayList<>();
        for (Driver driver : drivers) {
            if (driver.waits()) {
                steps.put(driver, new Step.Retry(IntakeFirst.PAUSE));
            } else {
                ready.add(driver);
            }
        }
        List<Driver> driving = new ArrayList<>();
        if (ready.isEmpty()) {
            return driving;
        }
        List<Versioned<Cursor>> cursors = documents.cursors(partitions(ready));
        Room room = new Room(Batches.MAX_USAGES, MAX_BYTES, MAX_PLANS);
        for (int i = 0; i < ready.size(); i++) {
            Driver driver = ready.get(i);
            BatchReader.Read read = driver.read(cursors.get(i).document(), room);
            if (driver.completes() && drivers.size() > 1) {
                // the others do not wait for the accumulator
                steps.put(driver, new Step.Next());
            } else if (!read.usages().isEmpty()) {
                driving.add(driver);
            } else if (read.more()) {
                steps.put(driver, new Step.Next());
            } else {
                metrics.emptyRead();
                steps.put(driver, driver.done());
            }
        }
        return driving;
    }

    private void settle(List<Driver> driving) {
        List<Long> marked = driving.stream().map(driver -> log.marking(driver.partition(),
                driver.usages().stream().mapToLong(usage -> usage.usage().origin().end()).max().orElseThrow())).toList();
        List<List<DrivenUsage>> firsts = deduplication.firsts(driving.stream().map(Driver::usages).toList(), marked);
        List<Versioned<Cursor>> cursors = documents.cursors(partitions(driving));
        for (int i = 0; i < driving.size(); i++) {
            driving.get(i).settled(firsts.get(i), cursors.get(i));
        }
    }

    private void complete(Driver driver) {
        settle(List.of(driver));
        for (DrivenUsage end : driver.left()) {
            snapshotEnd.reach(driver.partition(), end.usage());
        }
        commit.advance(List.of(driver));
    }

    private void drive(List<Driver> driving, GuardedStage.Permission permission) {
        settle(driving);
        List<Driver> sending = driving.stream().filter(driver -> !driver.left().isEmpty()).toList();
        traces.within("drive", Traces.Kind.CONSUMER, DrivenUsage.traces(sending.stream().map(Driver::left).toList()), () -> {
            if (!sending.isEmpty()) {
                send(sending, permission);
            }
            commit.advance(driving.stream().filter(driver -> !driver.isStale()).toList());
        });
    }

    private void send(List<Driver> sending, GuardedStage.Permission permission) {
        List<BatchAnswer> answers = permission.send(sending.stream().map(this::batch).toList());
        if (answers.size() != sending.size()) {
            throw new StageBrokenException("the next stage was sent " + sending.size() + " batches and answered "
                    + answers.size());
        }
        for (int i = 0; i < sending.size(); i++) {
            Driver driver = sending.get(i);
            BatchAnswer answer = answers.get(i);
            if (answer.stale() == null) {
                commit.rejections(driver.partition(), driver.left(), answer);
            }
            driver.answered(answer);
        }
    }

    private Batch<CollectedUsage> batch(Driver driver) {
        List<DrivenUsage> left = driver.left();
        return new Batch<>(driver.partition(), driver.cursor().document().position(), plans.of(left),
                times.reach(), left.stream().map(DrivenUsage::collected).toList());
    }

    private static List<Integer> partitions(List<Driver> drivers) {
        return drivers.stream().map(Driver::partition).toList();
    }
}
