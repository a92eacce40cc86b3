package io.quipu.accumulator.domain;

import io.quipu.common.totals.InstanceWindow;
import io.quipu.common.usage.AccumulatedUsage;
import io.quipu.common.usage.Rejection;
import java.util.List;
import java.util.Map;

/**
 * What an attempt at folding a batch came to.
 *
 * @param sent what the stage below has to commit first, by ascending position
 * @param rejected the usages that count nowhere, by ascending position
 * @param changed the changed documents, by key; to be durable after the stage below answered
 * @param instances the instance of each changed document, by key
 */
public record Accumulated(List<AccumulatedUsage> sent, List<Rejection> rejected, Map<String, InstanceWindow> changed,
        Map<String, InstanceKey> instances) {
}
