package io.quipu.collector.drive;

import io.quipu.common.plan.PlanVersion;
import java.util.Optional;

/** The plan versions that accepted usage is pinned to. */
@FunctionalInterface
public interface PlanVersions {

    /**
     * A plan version by its id; versions are immutable and never removed.
     *
     * @throws io.quipu.common.store.StoreException when the store is away
     */
    Optional<PlanVersion> find(String id);
}
