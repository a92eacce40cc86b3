package io.quipu.accumulator.domain;

import io.quipu.common.totals.InstanceWindow;
import io.quipu.common.usage.AccumulatedUsage;
import io.quipu.common.usage.Rejection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an attempt at folding a batch came to.
 *
 * @param sent what the stage below has to commit first, by ascending position
 * @param rejected the usages that count nowhere, by ascending position
 * @param windows the changed windows, by key
 * @param timelines the changed timelines, by key
 * @param instances the instance of each changed window, by key
 */
public record Accumulated(List<AccumulatedUsage> sent, List<Rejection> rejected, Map<String, InstanceWindow> windows,
        Map<String, Timeline> timelines, Map<String, InstanceKey> instances) {

    /** All changed documents, by key; to be durable after the stage below answered. */
    public Map<String, Object> changed() {
        Map<String, Object> changed = new LinkedHashMap<>(windows);
        changed.putAll(timelines);
        return changed;
    }
}
