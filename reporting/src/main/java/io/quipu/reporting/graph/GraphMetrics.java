package io.quipu.reporting.graph;

import graphql.ExecutionResult;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quipu.common.metrics.Buckets;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Times queries by what became of them. Thread-safe. */
final class GraphMetrics {

    private final MeterRegistry meters;
    private final Timer answered;
    private final Timer refused;
    private final Timer failed;

    GraphMetrics(MeterRegistry meters) {
        this.meters = meters;
        this.answered = timer("answered");
        this.refused = timer("refused");
        this.failed = timer("failed");
    }

    private Timer timer(String outcome) {
        return Buckets.call("quipu.reporting.graph").description("GraphQL queries").tag("outcome", outcome).register(meters);
    }

    ExecutionResult record(Supplier<ExecutionResult> query) {
        long begun = meters.config().clock().monotonicTime();
        ExecutionResult result = query.get();
        Timer timer = result.getErrors().isEmpty() ? answered
                : GraphQueries.failure(result.getErrors()).isPresent() ? failed : refused;
        timer.record(meters.config().clock().monotonicTime() - begun, TimeUnit.NANOSECONDS);
        return result;
    }
}
