package io.quipu.acceptance.simulation;

import io.quipu.accumulator.Keeping;
import io.quipu.accumulator.Snapshots;
import io.quipu.accumulator.UsageAccumulator;
import io.quipu.common.plan.CompiledPlans;
import io.quipu.common.running.Reconciled;
import io.quipu.common.running.SnapshotQuery;
import io.quipu.common.running.Unlisted;
import io.quipu.common.stage.Batch;
import io.quipu.common.stage.BatchAnswer;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.usage.AccumulatedUsage;
import io.quipu.common.usage.MeteredUsage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The accumulator, which also tells what runs. */
final class AccumulatorStage extends Stage<MeteredUsage> {

    private static final int NANOS = 1_000_000;

    private final Snapshots snapshots;

    AccumulatorStage(DocumentStore store, CompiledPlans plans, Keeping keeping, Fibers fibers,
            Function<List<Batch<AccumulatedUsage>>, List<BatchAnswer>> aggregator) {
        super(new UsageAccumulator(store, plans, aggregator, () -> fibers.now() * NANOS, keeping,
                reconciled -> { })::accumulate);
        this.snapshots = new Snapshots(store);
    }

    /**
     * What an answer said.
     *
     * @param unlisted what a snapshot did not list, some at a time
     * @param reconciled the figures
     */
    record Told(List<Unlisted> unlisted, Reconciled.Counts reconciled) {
    }

    /** Says what a snapshot did not list. */
    Told compare(SnapshotQuery query) {
        List<Unlisted> unlisted = new ArrayList<>();
        Reconciled reconciled = snapshots.compare(query, unlisted::add, () -> { });
        return new Told(unlisted, reconciled.reconciled());
    }
}
