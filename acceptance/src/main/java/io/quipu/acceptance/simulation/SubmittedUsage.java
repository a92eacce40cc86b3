package io.quipu.acceptance.simulation;

import java.math.BigDecimal;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A usage document as a client sends it. */
record SubmittedUsage(String organizationId, String spaceId, String consumerId, String resourceId, String planId,
        String resourceInstanceId, long start, long end, String dedupId, SortedMap<String, BigDecimal> measures) {

    SubmittedUsage {
        measures = new TreeMap<>(measures);
    }

    /** What makes it the same usage as another. */
    String key() {
        return String.join(" ", organizationId, spaceId, consumerId, resourceId, planId, resourceInstanceId,
                Long.toString(start), Long.toString(end), String.valueOf(dedupId));
    }

    /** The same usage, with other measures. */
    SubmittedUsage with(Map<String, BigDecimal> others) {
        return new SubmittedUsage(organizationId, spaceId, consumerId, resourceId, planId, resourceInstanceId, start, end,
                dedupId, new TreeMap<>(others));
    }

    /** Another usage that nothing but its provider's id tells from this one. */
    SubmittedUsage again(String otherDedupId) {
        return new SubmittedUsage(organizationId, spaceId, consumerId, resourceId, planId, resourceInstanceId, start, end,
                otherDedupId, measures);
    }

    String json() {
        String measured = measures.entrySet().stream()
                .map(m -> "{\"measure\":\"" + m.getKey() + "\",\"quantity\":" + m.getValue().toPlainString() + "}")
                .collect(Collectors.joining(","));
        return "{\"organization_id\":\"" + organizationId + "\",\"space_id\":\"" + spaceId + "\",\"consumer_id\":\""
                + consumerId + "\",\"resource_id\":\"" + resourceId + "\",\"plan_id\":\"" + planId
                + "\",\"resource_instance_id\":\"" + resourceInstanceId + "\",\"start\":" + start + ",\"end\":" + end
                + (dedupId == null ? "" : ",\"dedup_id\":\"" + dedupId + "\"") + ",\"measured_usage\":[" + measured + "]}";
    }
}
