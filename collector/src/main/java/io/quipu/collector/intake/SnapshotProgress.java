package io.quipu.collector.intake;

import io.quipu.collector.log.Cursor;
import io.quipu.collector.log.LogProgress;
import io.quipu.common.running.Reconciled;
import io.quipu.common.running.SnapshotQuery;
import io.quipu.common.stage.StageBrokenException;
import io.quipu.common.stage.StageUnavailableException;
import io.quipu.common.store.StoreException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits, for a while, until a snapshot that was taken is driven, and tells what it has come to. Nothing depends on that: what
 * cannot be told now can be asked for by sending the same snapshot again. Thread-safe.
 */
public final class SnapshotProgress {

    private static final Logger LOG = LoggerFactory.getLogger(SnapshotProgress.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(10);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(320);

    private final LogProgress log;
    private final Figures figures;
    private final Duration patience;
    private final LongSupplier millis;
    private final Pause pause;

    /** Asks the accumulator what a snapshot has come to. */
    @FunctionalInterface
    public interface Figures {

        /**
         * The figures.
         *
         * @throws StageUnavailableException when there is no answer
         * @throws StageBrokenException when the accumulator failed in a way that it should not
         */
        Reconciled.Counts of(SnapshotQuery query);
    }

    /** Lets time pass. */
    @FunctionalInterface
    public interface Pause {

        /** Returns after that long. */
        void of(Duration duration) throws InterruptedException;
    }

    /**
     * Waits for snapshots.
     *
     * @param log how far the log is driven
     * @param figures what snapshots have come to
     * @param patience how long one is waited for
     * @param millis a time in milliseconds, from any beginning
     * @param pause lets that time pass
     */
    public SnapshotProgress(LogProgress log, Figures figures, Duration patience, LongSupplier millis, Pause pause) {
        this.log = log;
        this.figures = figures;
        this.patience = patience;
        this.millis = millis;
        this.pause = pause;
    }

    /** What a snapshot has come to; empty when that cannot be told within the time. */
    public Optional<Reconciled.Counts> await(SnapshotIntake.Taken taken) {
        long deadline = millis.getAsLong() + patience.toMillis();
        try {
            return driven(taken, deadline) ? figures(taken, deadline) : Optional.empty();
        } catch (StoreException | StageUnavailableException | StageBrokenException e) {
            LOG.debug("what a snapshot has come to cannot be told now", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Optional.empty();
    }

    private boolean driven(SnapshotIntake.Taken taken, long deadline) throws InterruptedException {
        List<Integer> partitions = partitions(taken);
        if (!reached(partitions, partitions.stream().map(taken.positions()::get).toList(), Cursor::position, deadline)) {
            return false;
        }
        // The end of the snapshot is driven, so what closes the rest stands in the log: somewhere before where it ends by now.
        return !taken.header().complete()
                || reached(partitions, log.lengths(partitions), Cursor::sequence, deadline);
    }

    private boolean reached(List<Integer> partitions, List<Long> targets, ToLongFunction<Cursor> value, long deadline)
            throws InterruptedException {
        Duration next = FIRST_PAUSE;
        while (true) {
            List<Cursor> cursors = log.cursors(partitions);
            boolean all = true;
            for (int i = 0; i < cursors.size(); i++) {
                all &= value.applyAsLong(cursors.get(i)) >= targets.get(i);
            }
            long left = deadline - millis.getAsLong();
            if (all || left <= 0) {
                return all;
            }
            pause.of(next.toMillis() < left ? next : Duration.ofMillis(left));
            next = next.compareTo(LONGEST_PAUSE) < 0 ? next.multipliedBy(2) : next;
        }
    }

    /** The figures of all partitions; empty when the time is up before all of them were asked for. */
    private Optional<Reconciled.Counts> figures(SnapshotIntake.Taken taken, long deadline) {
        Reconciled.Counts counts = Reconciled.Counts.NONE;
        for (SnapshotQuery query : queries(taken)) {
            if (millis.getAsLong() >= deadline) {
                return Optional.empty();
            }
            counts = counts.plus(figures.of(query));
        }
        return Optional.of(counts);
    }

    private static List<SnapshotQuery> queries(SnapshotIntake.Taken taken) {
        SnapshotHeader header = taken.header();
        if (header.organizationId() != null) {
            return List.of(new SnapshotQuery(header.organizationId(), null, header.resourceId(), header.timestamp(),
                    header.id()));
        }
        return partitions(taken).stream().map(partition -> new SnapshotQuery(null, partition, header.resourceId(),
                header.timestamp(), header.id())).toList();
    }

    private static List<Integer> partitions(SnapshotIntake.Taken taken) {
        return List.copyOf(new TreeSet<>(taken.positions().keySet()));
    }
}
