package io.quipu.accumulator.domain;

import io.quipu.common.totals.InstanceWindow;
import io.quipu.common.usage.AccumulatedUsage;
import io.quipu.common.usage.Rejection;
import java.util.List;
import java.util.Map;

/**
 * What an attempt at folding a batch came to. Its documents are to be durable after the stage below answered, the timelines last.
 *
 * @param sent what the stage below has to commit first, by ascending position
 * @param rejected the usages that count nowhere, by ascending position
 * @param windows the changed windows, by key
 * @param timelines the changed timelines, by key
 * @param instances the instance of each changed window, by key
 * @param running what else is told of the timelines
 */
public record Accumulated(List<AccumulatedUsage> sent, List<Rejection> rejected, Map<String, InstanceWindow> windows,
        Map<String, Timeline> timelines, Map<String, InstanceKey> instances, Running running) {

    /**
     * What the timelines of a batch tell of what runs.
     *
     * @param awakened the timelines that were at rest, or not there
     * @param horizon no usage of the batch, or after it, ends before; null when that is not known
     * @param reconciled what the snapshots' entries in the changed timelines have come to, by the timeline's key
     * @param heard when usage that stands in a timeline was accepted last, by resource; rejected usage does not
     */
    public record Running(List<Awakened> awakened, Long horizon, Map<String, List<Reconciliation>> reconciled,
            Map<String, Long> heard) {
    }
}
