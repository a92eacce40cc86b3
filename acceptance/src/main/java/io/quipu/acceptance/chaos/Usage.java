package io.quipu.acceptance.chaos;

import io.quipu.common.wire.Json;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A usage as a client sends it.
 *
 * @param key what makes it the same usage as another
 * @param offer the resource's plan
 * @param measured the quantities by measure
 * @param improper whether it is to be refused at once; every other one is to be accepted
 */
record Usage(Key key, Offer offer, Map<String, BigDecimal> measured, boolean improper) {

    /**
     * What makes two usages one.
     *
     * @param organization the organization
     * @param space the space
     * @param consumer the consumer
     * @param resource the resource
     * @param plan the name of its plan
     * @param instance the resource instance
     * @param start when it began, in milliseconds
     * @param end when it ended, in milliseconds
     * @param dedupId the client's own id, or null
     */
    record Key(Organization organization, String space, String consumer, String resource, String plan, String instance,
            long start, long end, String dedupId) {
    }

    /** The same usage with other quantities. */
    Usage with(Map<String, BigDecimal> other) {
        return new Usage(key, offer, other, improper);
    }

    /** The document as it is sent. */
    String json() {
        Map<String, Object> usage = new LinkedHashMap<>();
        usage.put("start", key.start());
        usage.put("end", key.end());
        usage.put("organization_id", key.organization().id());
        usage.put("space_id", key.space());
        usage.put("consumer_id", key.consumer());
        usage.put("resource_id", key.resource());
        usage.put("plan_id", key.plan());
        usage.put("resource_instance_id", key.instance());
        if (key.dedupId() != null) {
            usage.put("dedup_id", key.dedupId());
        }
        List<Map<String, Object>> list = new ArrayList<>();
        measured.forEach((measure, quantity) -> {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("measure", measure);
            entry.put("quantity", quantity);
            list.add(entry);
        });
        usage.put("measured_usage", list);
        return new String(Json.write(usage), StandardCharsets.UTF_8);
    }
}
