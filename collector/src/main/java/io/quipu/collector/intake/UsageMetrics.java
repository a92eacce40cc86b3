package io.quipu.collector.intake;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Counts submitted usage by its result: {@code quipu_collector_usages_total} with {@code result} and, for what was
 * rejected, {@code code}; and the size of requests. Codes are from a closed set, others count as {@code other}. Thread-safe.
 */
public final class UsageMetrics {

    private static final String NO_CODE = "none";

    private static final Set<String> CODES = Set.of("invalid", "malformed", "future", "slack", "conflict",
            "organization_not_found", "resource_not_found", "plan_not_found", "price_not_found", "price_not_usable",
            "measure_not_found", "too_many_usages", "body_too_large", "unsupported_encoding",
            "incomplete_body", "overloaded", "backlog_full",
            "clock_behind", "store_unavailable", "append_timeout", "stopping", "broken");

    private final MeterRegistry registry;
    private final DistributionSummary size;

    /** Registers the meters. */
    public UsageMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.size = DistributionSummary.builder("quipu.collector.request.size").baseUnit("bytes")
                .description("Bodies of usage requests").register(registry);
    }

    /** Counts a body that was read. */
    public void received(int bytes) {
        size.record(bytes);
    }

    /** Counts the results of a request. */
    public void settled(List<UsageResult> results) {
        Map<List<String>, Integer> counts = new HashMap<>();
        for (UsageResult result : results) {
            counts.merge(tags(result), 1, Integer::sum);
        }
        counts.forEach((tags, count) -> count(tags.get(0), tags.get(1), count));
    }

    /** Counts a request that was refused as a whole, as one usage. */
    public void refused(String code) {
        count("rejected", known(code), 1);
    }

    private static List<String> tags(UsageResult result) {
        if (result instanceof UsageResult.Accepted) {
            return List.of("accepted", NO_CODE);
        }
        if (result instanceof UsageResult.Duplicate) {
            return List.of("duplicate", NO_CODE);
        }
        return List.of("rejected", known(((UsageResult.Rejected) result).problem().code()));
    }

    private static String known(String code) {
        return CODES.contains(code) ? code : "other";
    }

    private void count(String result, String code, int count) {
        registry.counter("quipu.collector.usages", "result", result, "code", code).increment(count);
    }
}
