package io.quipu.collector.catalog;

import io.quipu.common.plan.PlanVersion;
import java.util.List;

/**
 * A plan version as it is stored, once, for as long as usage may refer to it.
 *
 * @param version the format
 * @param id the hash of the plan version's JSON when it was stored
 * @param plan the definitions
 */
record StoredPlanVersion(int version, String id, PlanVersion plan) implements CatalogDocument {

    @Override
    public List<String> ids() {
        return List.of(id);
    }
}
