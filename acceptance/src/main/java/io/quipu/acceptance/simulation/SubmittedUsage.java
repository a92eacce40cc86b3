package io.quipu.acceptance.simulation;

import io.quipu.common.usage.Event;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A usage document, or an event, as a client sends it.
 *
 * @param start when the usage started; of an event when it happened
 * @param end when the usage ended; of an event the same again
 * @param dedupId the provider's id of it, or null
 * @param kind what happened, when it is an event; null when it is a usage
 * @param measures what is measured
 */
record SubmittedUsage(String organizationId, String spaceId, String consumerId, String resourceId, String planId,
        String resourceInstanceId, long start, long end, String dedupId, Event.Kind kind,
        SortedMap<String, BigDecimal> measures) {

    SubmittedUsage {
        measures = new TreeMap<>(measures);
    }

    /** What happened, as the services keep it; null when it is a usage. */
    Event event() {
        return kind == null ? null : new Event(kind, dedupId);
    }

    /** What makes it the same usage as another. */
    String key() {
        return String.join(" ", organizationId, spaceId, consumerId, resourceId, planId, resourceInstanceId,
                Long.toString(start), Long.toString(end), String.valueOf(dedupId))
                + (kind == null ? "" : " " + kind.name().toLowerCase(Locale.ROOT));
    }

    /** The same usage, with other measures. */
    SubmittedUsage with(Map<String, BigDecimal> others) {
        return new SubmittedUsage(organizationId, spaceId, consumerId, resourceId, planId, resourceInstanceId, start, end,
                dedupId, kind, new TreeMap<>(others));
    }

    /** Another usage that nothing but its provider's id tells from this one. */
    SubmittedUsage again(String otherDedupId) {
        return new SubmittedUsage(organizationId, spaceId, consumerId, resourceId, planId, resourceInstanceId, start, end,
                otherDedupId, kind, measures);
    }

    String json() {
        return "{" + (kind == null ? member("start", start) + member("end", end) + member("dedup_id", dedupId)
                : member("timestamp", end) + member("id", dedupId))
                + member("organization_id", organizationId) + member("space_id", spaceId) + member("consumer_id", consumerId)
                + member("resource_id", resourceId) + member("plan_id", planId)
                + (kind == Event.Kind.STOP ? "" : measured() + ",")
                + "\"resource_instance_id\":\"" + resourceInstanceId + "\"}";
    }

    /** The member that says what it measures. */
    String measured() {
        return measures.entrySet().stream()
                .map(m -> "{\"measure\":\"" + m.getKey() + "\",\"quantity\":" + m.getValue().toPlainString() + "}")
                .collect(Collectors.joining(",", "\"measured_usage\":[", "]"));
    }

    /** A member that is not the last one; nothing when it has no value. */
    static String member(String name, Object value) {
        return value == null ? "" : "\"" + name + "\":" + (value instanceof Long ? value : "\"" + value + "\"") + ",";
    }
}
