package io.quipu.reporting.report;

import io.quipu.common.totals.PlanTotals;
import io.quipu.common.usage.PlanPath;
import java.util.Comparator;

/**
 * What totals are kept by: a resource under a plan path.
 *
 * @param resourceId the resource
 * @param path the plan path
 */
public record PlanKey(String resourceId, PlanPath path) implements Comparable<PlanKey> {

    private static final Comparator<PlanKey> ORDER = Comparator.comparing(PlanKey::resourceId)
            .thenComparing(PlanKey::path);

    static PlanKey of(PlanTotals totals) {
        return new PlanKey(totals.resourceId(), totals.path());
    }

    @Override
    public int compareTo(PlanKey other) {
        return ORDER.compare(this, other);
    }
}
