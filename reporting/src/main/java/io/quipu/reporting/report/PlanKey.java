package io.quipu.reporting.report;

import io.quipu.common.totals.PlanLevels;
import io.quipu.common.totals.PlanTotals;
import io.quipu.common.usage.PlanPath;

/**
 * What totals are kept by: a resource under a plan path.
 *
 * @param resourceId the resource
 * @param path the plan path
 */
public record PlanKey(String resourceId, PlanPath path) implements Comparable<PlanKey> {

    static PlanKey of(PlanTotals totals) {
        return new PlanKey(totals.resourceId(), totals.path());
    }

    static PlanKey of(PlanLevels levels) {
        return new PlanKey(levels.resourceId(), levels.path());
    }

    @Override
    public int compareTo(PlanKey other) {
        int byResource = resourceId.compareTo(other.resourceId);
        return byResource != 0 ? byResource : path.compareTo(other.path);
    }
}
