package io.quipu.common.plan;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Plan versions that were compiled lately, by id. An id stands for one definition for ever (it is its hash), so nothing
 * here is ever stale; when full, the version that was not used for longest is dropped and compiled again when needed.
 * Thread-safe.
 */
public final class CompiledPlans {

    /** Plan versions that a service keeps compiled unless told otherwise. */
    public static final int DEFAULT_CAPACITY = 1_000;

    private final Map<String, CompiledPlan> byId;

    /** A cache of at most that many versions. */
    public CompiledPlans(int capacity) {
        this.byId = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, CompiledPlan> eldest) {
                return size() > capacity;
            }
        };
    }

    /**
     * The compiled version of that id.
     *
     * @param id the id of the version
     * @param version its definitions, compiled unless they were lately
     * @throws IllegalArgumentException as {@link CompiledPlan#of}
     */
    public CompiledPlan get(String id, PlanVersion version) {
        synchronized (byId) {
            CompiledPlan known = byId.get(id);
            if (known != null) {
                return known;
            }
        }
        // outside of the lock: two threads may compile the same version, to the same result
        CompiledPlan compiled = CompiledPlan.of(version);
        synchronized (byId) {
            byId.put(id, compiled);
        }
        return compiled;
    }
}
