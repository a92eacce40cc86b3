package io.quipu.collector.plugin;

import io.quipu.collector.catalog.PlanKind;
import io.quipu.collector.catalog.ProvisioningPlugin;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * The paths of Abacus's provisioning plugin.
 *
 * @param client asks it
 */
record ProvisioningClient(PluginClient client) implements ProvisioningPlugin {

    @Override
    public Optional<JsonNode> type(String resourceId) {
        return client.get("v1", "provisioning", "resources", resourceId, "type");
    }

    @Override
    public Optional<JsonNode> plan(PlanKind kind, String planId) {
        return client.get("v1", kind.id(), "plans", planId);
    }
}
