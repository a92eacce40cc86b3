package io.quipu.collector.intake;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quipu.common.metrics.Buckets;
import io.quipu.common.metrics.UsageCounts;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Counts submitted usage by its result: {@code quipu_collector_usages_total} with {@code result} and, for what was
 * rejected, {@code code}; and times and measures requests. Codes are from a closed set, others count as {@code other}.
 * Thread-safe.
 */
public final class UsageMetrics {

    private static final String ACCEPTED = "accepted";
    private static final String DUPLICATE = "duplicate";

    private static final Set<String> CODES = Set.of("invalid", "malformed", "future", "slack", "conflict",
            "organization_not_found", "license_not_supported", "resource_not_found", "plan_not_found", "price_not_found",
            "price_not_usable", "measure_not_found", "not_continuous", "too_many_usages", "too_many_instances",
            "too_many_organizations", "body_too_large", "unsupported_encoding", "incomplete_body", "overloaded",
            "backlog_full", "clock_behind", "store_unavailable", "provisioning_unavailable", "account_unavailable",
            "append_timeout", "stopping", "broken");

    private final MeterRegistry registry;
    private final DistributionSummary size;
    private final DistributionSummary perRequest;
    private final Timer requests;
    private final UsageCounts usages;

    /** Registers the meters. */
    public UsageMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.size = Buckets.bytes("quipu.collector.request.size").baseUnit("bytes")
                .description("Bodies of usage requests").register(registry);
        this.perRequest = Buckets.usages("quipu.collector.request.usages").description("Usages of each request").register(registry);
        this.requests = Buckets.call("quipu.collector.request")
                .description("Usage requests, until their usages are durable or refused").register(registry);
        this.usages = new UsageCounts(registry, "quipu.collector.usages", "Usages submitted, by what became of them",
                List.of(ACCEPTED, DUPLICATE), CODES);
    }

    /** Now, in nanoseconds. */
    public long now() {
        return registry.config().clock().monotonicTime();
    }

    /** Counts a body that was read. */
    public void received(long bytes) {
        size.record(bytes);
    }

    /** Times a request that was begun at that {@linkplain #now time} and is settled or refused. */
    public void settledSince(long begun) {
        requests.record(now() - begun, TimeUnit.NANOSECONDS);
    }

    /** Counts the results of a request. */
    public void settled(List<UsageResult> results) {
        counted(results);
        held(results.size());
    }

    /** Counts how many usages a request held. */
    public void held(long count) {
        perRequest.record(count);
    }

    /** Counts results, of all or a part of a request. */
    public void counted(List<UsageResult> results) {
        long accepted = 0;
        long duplicates = 0;
        for (UsageResult result : results) {
            if (result instanceof UsageResult.Accepted) {
                accepted++;
            } else if (result instanceof UsageResult.Rejected rejected) {
                usages.rejected(rejected.problem().code(), 1);
            } else {
                duplicates++;
            }
        }
        usages.count(ACCEPTED, accepted);
        usages.count(DUPLICATE, duplicates);
    }

    /** Counts a request that was refused as a whole, as one usage. */
    public void refused(String code) {
        usages.rejected(code, 1);
    }
}
