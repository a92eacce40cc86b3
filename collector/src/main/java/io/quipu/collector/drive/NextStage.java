package io.quipu.collector.drive;

import io.quipu.common.stage.Batch;
import io.quipu.common.stage.BatchAnswer;
import io.quipu.common.usage.CollectedUsage;

/** The stage below the collector, and through it all others. */
public interface NextStage {

    /**
     * Sends a batch and waits until it is committed everywhere.
     *
     * @throws io.quipu.common.stage.StaleBatchException when the batch's cursor is older than what the stages have seen
     * @throws io.quipu.common.stage.StageUnavailableException when there is no answer; it may have taken effect
     * @throws io.quipu.common.stage.StageBrokenException when the stage failed in a way that it should not
     */
    BatchAnswer send(Batch<CollectedUsage> batch);
}
