package io.quipu.collector.catalog;

import io.quipu.common.web.Problem;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** What is asked of {@link Plugin#ACCOUNTS}; answers are what came, not yet checked. Times are milliseconds since the epoch. */
public interface AccountPlugin {

    /**
     * An account; empty when there is no such account.
     *
     * @throws Problem 503 {@code account_unavailable}
     */
    Optional<JsonNode> account(String accountId);

    /**
     * The account that pays for an organization at a time; empty when nobody does.
     *
     * @throws Problem 503 {@code account_unavailable}
     */
    Optional<JsonNode> accountOf(String organizationId, long time);

    /**
     * The id of the plan by which an organization's usage of a resource type's plan is metered, rated or priced at a time, a JSON
     * string; empty when there is none.
     *
     * @throws Problem 503 {@code account_unavailable}
     */
    Optional<JsonNode> planId(PlanKind kind, String organizationId, String resourceType, String planName, long time);
}
