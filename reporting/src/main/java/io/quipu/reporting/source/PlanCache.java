package io.quipu.reporting.source;

import io.quipu.common.plan.CompiledPlan;
import io.quipu.common.plan.PlanVersion;
import io.quipu.reporting.report.PlanTerms;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * The terms of plan versions, fetched once: a version never changes. Keeps those used last, up to a limit. Thread-safe.
 */
public final class PlanCache {

    private final Aggregator aggregator;
    private final Function<PlanVersion, CompiledPlan> compile;
    private final Map<String, PlanTerms> kept;

    /**
     * An empty cache.
     *
     * @param aggregator knows the plan versions
     * @param compile makes a plan version ready to be applied
     * @param limit plan versions kept
     */
    public PlanCache(Aggregator aggregator, Function<PlanVersion, CompiledPlan> compile, int limit) {
        this.aggregator = aggregator;
        this.compile = compile;
        this.kept = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, PlanTerms> eldest) {
                return size() > limit;
            }
        };
    }

    /** The terms of those plan versions, by id. */
    public Map<String, PlanTerms> terms(Collection<String> ids) {
        Map<String, PlanTerms> terms = new HashMap<>();
        Set<String> missing = new TreeSet<>();
        synchronized (kept) {
            for (String id : ids) {
                PlanTerms known = kept.get(id);
                if (known == null) {
                    missing.add(id);
                } else {
                    terms.put(id, known);
                }
            }
        }
        if (!missing.isEmpty()) {
            aggregator.plans(missing).forEach((id, plan) -> terms.put(id, new PlanTerms(compile.apply(plan))));
            synchronized (kept) {
                missing.forEach(id -> kept.put(id, terms.get(id)));
            }
        }
        return terms;
    }
}
