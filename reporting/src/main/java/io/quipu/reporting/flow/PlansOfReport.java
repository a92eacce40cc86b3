package io.quipu.reporting.flow;

import io.quipu.reporting.report.PlanTerms;
import io.quipu.reporting.source.PlanCache;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** The plan versions that one report has met so far. Not thread-safe. */
final class PlansOfReport {

    private final PlanCache cache;
    private final Map<String, PlanTerms> met = new HashMap<>();

    PlansOfReport(PlanCache cache) {
        this.cache = cache;
    }

    /** Fetches those that are new, together. */
    void require(Collection<String> ids) {
        Collection<String> unknown = ids.stream().filter(id -> !met.containsKey(id)).distinct().toList();
        if (!unknown.isEmpty()) {
            met.putAll(cache.terms(unknown));
        }
    }

    /** The terms of a plan version that was required. */
    PlanTerms terms(String id) {
        PlanTerms terms = met.get(id);
        if (terms == null) {
            throw new IllegalStateException("plan version " + id + " was not required");
        }
        return terms;
    }
}
