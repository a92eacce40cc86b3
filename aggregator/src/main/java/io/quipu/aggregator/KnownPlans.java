package io.quipu.aggregator;

import io.quipu.common.plan.PlanVersion;
import io.quipu.common.stage.DocumentSet;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.usage.Keys;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** Plan versions that are known to be stored, so that they are not written again with every batch. Thread-safe. */
final class KnownPlans {

    private static final int MAX = 10_000;

    private final Set<String> known = ConcurrentHashMap.newKeySet();

    void store(DocumentStore store, Map<String, PlanVersion> plans) {
        Map<String, Object> unknown = new TreeMap<>();
        plans.forEach((id, plan) -> {
            if (!known.contains(id)) {
                unknown.put(Keys.planVersion(id), plan);
            }
        });
        if (unknown.isEmpty()) {
            return;
        }
        // Immutable, known by hash: one that is there already is the same.
        new DocumentSet(store).write(unknown);
        if (known.size() > MAX) {
            known.clear();
        }
        known.addAll(plans.keySet());
    }
}
