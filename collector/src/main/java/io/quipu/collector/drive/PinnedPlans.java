package io.quipu.collector.drive;

import io.quipu.common.plan.PlanVersion;
import io.quipu.common.stage.StageBrokenException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Looks up the plan versions that a batch has to carry. */
final class PinnedPlans {

    private final PlanVersions versions;

    PinnedPlans(PlanVersions versions) {
        this.versions = versions;
    }

    /**
     * The versions that these usages are pinned to, by id.
     *
     * @throws StageBrokenException when one is not there: it was stored before any usage was pinned to it
     */
    Map<String, PlanVersion> of(List<DrivenUsage> usages) {
        Map<String, PlanVersion> plans = new TreeMap<>();
        for (DrivenUsage usage : usages) {
            plans.computeIfAbsent(usage.usage().pin().plan(), id -> versions.find(id).orElseThrow(
                    () -> new StageBrokenException("plan version " + id + " is not in the catalog")));
        }
        return plans;
    }
}
