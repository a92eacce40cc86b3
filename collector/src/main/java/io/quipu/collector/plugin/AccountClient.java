package io.quipu.collector.plugin;

import io.quipu.collector.catalog.AccountPlugin;
import io.quipu.collector.catalog.PlanKind;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * The paths of Abacus's account plugin.
 *
 * @param client asks it
 */
record AccountClient(PluginClient client) implements AccountPlugin {

    @Override
    public Optional<JsonNode> account(String accountId) {
        return client.get("v1", "accounts", accountId);
    }

    @Override
    public Optional<JsonNode> accountOf(String organizationId, long time) {
        return client.get("v1", "organizations", organizationId, "account", Long.toString(time));
    }

    @Override
    public Optional<JsonNode> planId(PlanKind kind, String organizationId, String resourceType, String planName, long time) {
        return client.get("v1", kind.id(), "organizations", organizationId, "resource_types", resourceType, "plans", planName,
                "time", Long.toString(time), kind.id() + "_plan", "id");
    }
}
