package io.quipu.common.plan;

import java.util.LinkedHashMap;
import java.util.Map;

/** The plan versions in use, compiled once each; the least recently used go beyond {@link #MAX}. Thread-safe. */
public final class CompiledPlans {

    /** Compiled plan versions kept. */
    public static final int MAX = 1_000;

    private final Map<String, CompiledPlan> compiled = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, CompiledPlan> eldest) {
            return size() > MAX;
        }
    };

    /**
     * A plan version, compiled.
     *
     * @param id its id
     * @param plan its definition, which the id is the hash of
     */
    public synchronized CompiledPlan get(String id, PlanVersion plan) {
        return compiled.computeIfAbsent(id, key -> CompiledPlan.of(plan));
    }
}
