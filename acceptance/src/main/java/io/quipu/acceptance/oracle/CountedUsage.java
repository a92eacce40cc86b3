package io.quipu.acceptance.oracle;

import java.math.BigDecimal;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * A usage, or an event, that a client saw accepted and that is the first with its key: all that is known of it outside of the
 * services.
 *
 * @param partition the partition, from its location
 * @param position its place in the partition's order, from its location
 * @param organizationId the organization
 * @param spaceId the space
 * @param consumerId the consumer
 * @param resourceId the resource
 * @param resourceInstanceId the instance
 * @param end when it ended, or happened, milliseconds since the epoch: decides the windows
 * @param event what happened, when it is an event; null when it is a usage
 * @param measures the measured quantities that the client sent, by measure
 * @param country the country whose prices apply, from what was pinned
 * @param currency the currency of those prices
 * @param version the id of the plan version it was pinned to
 * @param plan that plan version, as JSON: {@code {plan_id, metering, rating, pricing}}
 */
public record CountedUsage(int partition, long position, String organizationId, String spaceId, String consumerId,
        String resourceId, String resourceInstanceId, long end, Happening event, Map<String, BigDecimal> measures,
        String country, String currency, String version, JsonNode plan) {

    /** Copies the map. */
    public CountedUsage {
        measures = Map.copyOf(measures);
    }

    /** A usage that is no event. */
    public CountedUsage(int partition, long position, String organizationId, String spaceId, String consumerId,
            String resourceId, String resourceInstanceId, long end, Map<String, BigDecimal> measures, String country,
            String currency, String version, JsonNode plan) {
        this(partition, position, organizationId, spaceId, consumerId, resourceId, resourceInstanceId, end, null, measures,
                country, currency, version, plan);
    }

    /** The resource instance, whatever its plans. */
    String instance() {
        return String.join(" ", organizationId, spaceId, consumerId, resourceId, resourceInstanceId);
    }

    /** Whether nothing runs after it. */
    boolean stops() {
        return event != null && (event.kind().equals("stop") || event.kind().equals("gone"));
    }
}
