package io.quipu.collector.drive;

import io.quipu.common.running.Reconciled;
import io.quipu.common.running.SnapshotQuery;
import io.quipu.common.running.Unlisted;
import java.util.List;
import java.util.function.Consumer;

/** The accumulator, as one who knows what runs. */
@FunctionalInterface
public interface RunningSource {

    /**
     * Asks what a snapshot did not list of what ran just before its time, and what it has come to so far.
     *
     * @param unlisted takes the instances that were not listed, some at a time; also of an answer that is cut later
     * @return the figures
     * @throws io.quipu.common.stage.StageUnavailableException when there is no whole answer
     * @throws io.quipu.common.stage.StageBrokenException when the accumulator failed in a way that it should not
     */
    Reconciled.Counts ask(SnapshotQuery query, Consumer<List<Unlisted.Instance>> unlisted);
}
