package io.quipu.collector.catalog;

import io.quipu.common.web.Problem;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** What is asked of {@link Plugin#PROVISIONING}; answers are what came, not yet checked. */
public interface ProvisioningPlugin {

    /**
     * The type of a resource, a JSON string; empty when there is no such resource.
     *
     * @throws Problem 503 {@code provisioning_unavailable}
     */
    Optional<JsonNode> type(String resourceId);

    /**
     * The body of a plan; empty when there is no such plan.
     *
     * @throws Problem 503 {@code provisioning_unavailable}
     */
    Optional<JsonNode> plan(PlanKind kind, String planId);
}
