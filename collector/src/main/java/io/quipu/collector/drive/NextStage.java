package io.quipu.collector.drive;

import io.quipu.common.stage.Batch;
import io.quipu.common.stage.BatchAnswer;
import io.quipu.common.usage.CollectedUsage;
import java.util.List;

/** The stage below the collector, and through it all others. */
public interface NextStage {

    /**
     * Sends batches of different partitions and waits until each is committed everywhere, or found stale.
     *
     * @return an answer for each, in the same order
     * @throws io.quipu.common.stage.StageUnavailableException when there is no answer; it may have taken effect
     * @throws io.quipu.common.stage.StageBrokenException when the stage failed in a way that it should not
     */
    List<BatchAnswer> send(List<Batch<CollectedUsage>> batches);
}
