package io.quipu.collector.drive;

import io.quipu.collector.log.Backlog;
import io.quipu.collector.log.Cursor;
import io.quipu.collector.log.StoredUsageLog;
import io.quipu.collector.log.Versioned;
import io.quipu.common.stage.BatchAnswer;
import io.quipu.common.usage.Rejection;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives one partition of the log: what it has of its partition in a {@link Round}, and what it remembers of those before.
 * Two drivers of one partition are harmless.
 *
 * <p>Not thread-safe; {@link DriverLoop} sees to it that it is in one round at a time.
 */
final class Driver {

    private static final Logger LOG = LoggerFactory.getLogger(Driver.class);

    /** Rejections of one batch that are no exception any more. */
    private static final int MANY_REJECTIONS = 8;

    private final int partition;
    private final StoredUsageLog log;
    private final Backlog backlog;
    private final BatchReader reader;
    private final Backoff backoff;
    private final IntakeFirst intakeFirst;
    private final Suspicion suspicion;

    private int failures;
    private boolean muchRejected;
    private boolean completes;
    private long staleAt = Long.MIN_VALUE;

    private Cursor from = Cursor.START;
    private BatchReader.Read read = BatchReader.Read.NOTHING;
    private List<DrivenUsage> firsts = List.of();
    private List<DrivenUsage> left = List.of();
    private Versioned<Cursor> cursor;
    private List<Rejection> rejected = List.of();
    private String stale;

    Driver(int partition, StoredUsageLog log, DriveEnvironment environment, DriveMetrics metrics) {
        this.partition = partition;
        this.log = log;
        this.backlog = log.backlog();
        this.reader = new BatchReader(log);
        this.backoff = environment.backoff();
        this.intakeFirst = environment.intakeFirst();
        this.suspicion = new Suspicion(partition, metrics);
    }

    /** What is to be done after one try. */
    sealed interface Step {

        /** Drive again at once: there is more, or the cursor has moved. */
        record More() implements Step {
        }

        /** All there was is driven; more may come. */
        record Driven() implements Step {
        }

        /** There was no room for it in this round; its turn is the next one. */
        record Next() implements Step {
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

    int partition() {
        return partition;
    }

    /** How many usages wait in its partition, as far as this process knows. */
    long waiting() {
        return backlog.usages(partition);
    }

    /** Whether requests go first for now. */
    boolean waits() {
        return intakeFirst.waits(backlog.oldest(partition));
    }

    /**
     * Whether it is to have rounds of its own, so that the other partitions go on without it: it has failed twice, or is
     * suspected to have caused a failure, or much of its usage is rejected, which takes the stages many attempts, or it stands at
     * the end of a snapshot, for which the accumulator is asked.
     */
    boolean alone() {
        return failures > 1 || muchRejected || completes || suspicion.suspects();
    }

    /** Whether what it has read is the end of a snapshot. */
    boolean completes() {
        return completes;
    }

    /** Reads what follows the cursor, as far as there is room; answers that. */
    BatchReader.Read read(Cursor at, Room room) {
        from = at;
        log.driven(partition, at);
        suspicion.passed(at.position());
        read = reader.read(partition, at, suspicion.limit(), room);
        List<DrivenUsage> usages = read.usages();
        completes = usages.size() == 1 && usages.get(0).usage().completes();
        if (!usages.isEmpty()) {
            backlog.next(partition, usages.get(0).acceptedAt(), usages.get(usages.size() - 1).sequence());
        } else if (!read.more()) {
            backlog.none(partition);
        }
        return read;
    }

    /** What it has read. */
    List<DrivenUsage> usages() {
        return read.usages();
    }

    /**
     * The duplicates are settled, and the cursor was read again. Marks only tell duplicates apart above the cursor as it is
     * now: another driver may have moved it meanwhile.
     */
    void settled(List<DrivenUsage> withoutDuplicates, Versioned<Cursor> now) {
        firsts = withoutDuplicates;
        cursor = now;
        left = firsts.stream().filter(usage -> usage.position() > now.document().position()).toList();
    }

    /** Those that are no duplicates. */
    List<DrivenUsage> firsts() {
        return firsts;
    }

    /** What is to be sent. */
    List<DrivenUsage> left() {
        return left;
    }

    /** The cursor as it was read last. */
    Versioned<Cursor> cursor() {
        return cursor;
    }

    /** What the stages have answered. */
    void answered(BatchAnswer answer) {
        stale = answer.stale();
        rejected = answer.rejected();
        muchRejected = rejected.size() > MANY_REJECTIONS;
    }

    /** Whether its cursor was older than what the stages have seen. */
    boolean isStale() {
        return stale != null;
    }

    /** What the stages have rejected. */
    List<Rejection> rejected() {
        return rejected;
    }

    /** Its part of a round is over. */
    Step done() {
        if (stale != null) {
            return stale();
        }
        if (failures > 0) {
            LOG.atInfo().addKeyValue("partition", partition)
                    .log("partition {} goes on after {} failures", partition, failures);
            failures = 0;
        }
        completes = false;
        if (read.usages().isEmpty()) {
            muchRejected = false;
            return new Step.Idle();
        }
        return read.more() ? new Step.More() : new Step.Driven();
    }

    /** The cursor is read again at once; later when that has not helped. */
    private Step stale() {
        if (from.position() == staleAt) {
            return retry(stale, Duration.ZERO);
        }
        staleAt = from.position();
        return new Step.More();
    }

    /** A round has failed in a way that passes, no matter whose fault it was. */
    Step retry(String reason, Duration atLeast) {
        failures++;
        if (failures == 1) {
            LOG.atWarn().addKeyValue("partition", partition).log("partition {} waits: {}", partition, reason);
        }
        Duration wait = backoff.after(failures);
        Duration asked = atLeast.compareTo(backoff.longest()) > 0 ? backoff.longest() : atLeast;
        return new Step.Retry(asked.compareTo(wait) > 0 ? asked : wait);
    }

    /** An {@link Error} has ended a round, no matter whose fault it was: the next one it has for itself. */
    void ended() {
        failures = Math.max(failures + 1, 2);
    }

    /** Its turn is over: what it has of its partition is forgotten. */
    void forget() {
        from = Cursor.START;
        read = BatchReader.Read.NOTHING;
        firsts = List.of();
        left = List.of();
        cursor = null;
        rejected = List.of();
        stale = null;
    }

    /** Its partition is another's to drive: what it remembers of its failures is no longer true, and not to be counted here. */
    void lost() {
        failures = 0;
        muchRejected = false;
        completes = false;
        staleAt = Long.MIN_VALUE;
        suspicion.lost();
    }

    /** A round that it had for itself has failed in a way that nobody expected. */
    Step broken(RuntimeException e) {
        List<DrivenUsage> usages = read.usages();
        if (usages.size() > 1) {
            suspicion.halve(usages, e);
            return new Step.Retry(backoff.after(1));
        }
        suspicion.stuck(from, usages, e);
        failures++;
        return new Step.Retry(backoff.after(failures));
    }
}
