package io.quipu.collector.drive;

import io.quipu.collector.intake.AppendWait;
import io.quipu.common.stage.StageUnavailableException;

/**
 * What drivers need to end complete snapshots.
 *
 * @param running knows what a snapshot did not list
 * @param pins the terms under which that is stopped
 * @param durable how a driver waits until its events are durable
 */
public record Reconciling(RunningSource running, StopPins pins, AppendWait durable) {

    /** Where there is no accumulator to be asked: a partition waits at the end of a complete snapshot. */
    public static final Reconciling NONE = new Reconciling(
            (query, unlisted) -> {
                throw new StageUnavailableException("there is no accumulator to be asked what a snapshot did not list", null);
            },
            (organizationId, resourceId, planId) -> {
                throw new IllegalStateException("nothing is stopped without an accumulator");
            },
            appends -> { });
}
