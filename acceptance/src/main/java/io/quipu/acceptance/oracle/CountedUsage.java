package io.quipu.acceptance.oracle;

import java.math.BigDecimal;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * A usage that a client saw accepted and that is the first with its key: all that is known of it outside of the services.
 *
 * @param partition the partition, from its location
 * @param position its place in the partition's order, from its location
 * @param organizationId the organization
 * @param spaceId the space
 * @param consumerId the consumer
 * @param resourceId the resource
 * @param resourceInstanceId the instance
 * @param end when it ended, milliseconds since the epoch: decides the windows
 * @param measures the measured quantities that the client sent, by measure
 * @param country the country whose prices apply, from what was pinned
 * @param currency the currency of those prices
 * @param version the id of the plan version it was pinned to
 * @param plan that plan version, as JSON: {@code {plan_id, metering, rating, pricing}}
 */
public record CountedUsage(int partition, long position, String organizationId, String spaceId, String consumerId,
        String resourceId, String resourceInstanceId, long end, Map<String, BigDecimal> measures, String country,
        String currency, String version, JsonNode plan) {

    /** Copies the map. */
    public CountedUsage {
        measures = Map.copyOf(measures);
    }
}
