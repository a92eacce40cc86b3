package io.quipu.collector.drive;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.micrometer.core.instrument.MeterRegistry;
import io.quipu.common.trace.Traces;

/**
 * What the drivers of all partitions share.
 *
 * @param next the stage below
 * @param plans the plan versions
 * @param breaker opens when the stage below is away
 * @param backoff waits between tries
 * @param meters counts
 * @param traces records batches that hold usage whose trace is sampled
 */
public record DriveEnvironment(NextStage next, PlanVersions plans, CircuitBreaker breaker, Backoff backoff,
        MeterRegistry meters, Traces traces) {

    /** Without traces. */
    public DriveEnvironment(NextStage next, PlanVersions plans, CircuitBreaker breaker, Backoff backoff,
            MeterRegistry meters) {
        this(next, plans, breaker, backoff, meters, Traces.NONE);
    }
}
