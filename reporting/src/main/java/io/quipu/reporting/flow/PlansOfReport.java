package io.quipu.reporting.flow;

import io.quipu.reporting.report.PlanTerms;
import io.quipu.reporting.source.PlanCache;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** The plan versions that one report has met so far. Thread-safe. */
final class PlansOfReport {

    private final PlanCache cache;
    private final Map<String, PlanTerms> met = new ConcurrentHashMap<>();

    PlansOfReport(PlanCache cache) {
        this.cache = cache;
    }

    /** Fetches those that are new, together. */
    void require(Iterable<String> ids) {
        Set<String> unknown = new TreeSet<>();
        for (String id : ids) {
            if (!met.containsKey(id)) {
                unknown.add(id);
            }
        }
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
