package io.quipu.aggregator.domain;

import io.quipu.common.plan.CompiledPlan;
import io.quipu.common.usage.AccumulatedUsage;
import io.quipu.common.usage.PlanPath;
import java.util.Comparator;

/**
 * What totals are kept by: a resource under a plan path.
 *
 * @param resourceId the resource
 * @param path the plan path
 */
record PlanKey(String resourceId, PlanPath path) implements Comparable<PlanKey> {

    private static final Comparator<PlanKey> ORDER =
            Comparator.comparing(PlanKey::resourceId).thenComparing(PlanKey::path);

    /** What the totals of a usage in its own windows are kept by. */
    static PlanKey of(AccumulatedUsage usage, CompiledPlan plan) {
        return new PlanKey(usage.origin().resourceId(), plan.path());
    }

    @Override
    public int compareTo(PlanKey other) {
        return ORDER.compare(this, other);
    }
}
