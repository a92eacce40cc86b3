package io.quipu.collector.drive;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.micrometer.core.instrument.MeterRegistry;
import io.quipu.common.trace.Traces;
import java.time.Duration;

/**
 * What the drivers of all partitions share.
 *
 * @param next the stage below
 * @param plans the plan versions
 * @param breaker opens when the stage below is away
 * @param backoff waits between tries
 * @param interval how long a partition that has driven all there was lets more come together before it drives again
 * @param rounds how many rounds can be under way at a time
 * @param intakeFirst lets requests go before batches
 * @param meters counts
 * @param reconciling what the ends of snapshots need
 * @param traces records batches that hold usage whose trace is sampled
 */
public record DriveEnvironment(NextStage next, PlanVersions plans, CircuitBreaker breaker, Backoff backoff,
        Duration interval, int rounds, IntakeFirst intakeFirst, MeterRegistry meters,
        Reconciling reconciling, Traces traces) {

    /** Without traces, of logs that no snapshot stands in. */
    public DriveEnvironment(NextStage next, PlanVersions plans, CircuitBreaker breaker, Backoff backoff,
            Duration interval, int rounds, IntakeFirst intakeFirst, MeterRegistry meters) {
        this(next, plans, breaker, backoff, interval, rounds, intakeFirst, meters, Reconciling.NONE,
                Traces.NONE);
    }
}
