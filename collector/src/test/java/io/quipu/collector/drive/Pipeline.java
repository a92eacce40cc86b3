package io.quipu.collector.drive;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quipu.collector.log.Collector;
import io.quipu.collector.log.ManualExecutor;
import io.quipu.collector.log.Samples;
import io.quipu.common.plan.PlanVersion;
import io.quipu.common.stage.StageUnavailableException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** The drivers of one collector process, run by hand. */
final class Pipeline {

    static final Duration FIRST = Duration.ofMillis(200);
    static final Duration LONGEST = Duration.ofSeconds(30);
    static final Duration OPEN = Duration.ofSeconds(5);
    static final Duration LIMIT = Duration.ofSeconds(30);

    final Collector collector;
    final ManualExecutor executor = new ManualExecutor();
    final ManualScheduler scheduler = new ManualScheduler();
    final SimpleMeterRegistry meters;
    final CircuitBreaker breaker;
    final DriveEnvironment environment;
    final Drivers drivers;
    int underWay;
    Optional<PlanVersion> plan = Optional.of(Samples.PLAN);

    Pipeline(Collector collector, NextStage stage) {
        this(collector, stage, Duration.ZERO);
    }

    Pipeline(Collector collector, NextStage stage, Duration interval) {
        this(collector, stage, interval, Reconciling.NONE);
    }

    Pipeline(Collector collector, NextStage stage, Duration interval, Reconciling reconciling) {
        this.collector = collector;
        this.meters = collector.meters;
        breaker = CircuitBreaker.of("meter", CircuitBreakerConfig.custom()
                .slidingWindowSize(10).minimumNumberOfCalls(4).failureRateThreshold(50)
                .waitDurationInOpenState(OPEN).permittedNumberOfCallsInHalfOpenState(1)
                .recordExceptions(StageUnavailableException.class).clock(collector.clock)
                .currentTimestampFunction(Clock::millis, TimeUnit.MILLISECONDS).build());
        environment = new DriveEnvironment(stage, id -> plan, breaker, new Backoff(FIRST, LONGEST, new Random(1)),
                interval, 1, new IntakeFirst(() -> underWay, 0, LIMIT, collector.clock), meters,
                reconciling, collector.traces);
        drivers = new Drivers(collector.log, environment, executor, scheduler);
        collector.log.onAppended(drivers::wake);
    }

    /** A driver of the first partition by itself, that no loop runs. */
    OneDriver driver() {
        DriveMetrics metrics = new DriveMetrics(meters);
        return new OneDriver(new Round(collector.log, environment, metrics),
                new Driver(0, collector.log, environment, metrics));
    }

    record OneDriver(Round round, Driver driver) {
        Driver.Step driveOnce() {
            Map<Driver, Driver.Step> steps = new HashMap<>();
            round.drive(List.of(driver), steps);
            return steps.get(driver);
        }
    }

    /** Runs until nothing is left to run, retries not included. */
    void run() {
        executor.runAll();
    }

    /** Runs until nothing is left, retries included. */
    void finish() {
        for (int turns = 0; executor.waiting() + scheduler.waiting() > 0; turns++) {
            if (turns > 10_000) {
                throw new AssertionError("the drivers never become idle");
            }
            executor.runAll();
            collector.clock.advance(OPEN.plusMillis(1));
            scheduler.runAll();
        }
    }

    /** Usages that the cursor has passed, of which that became. */
    double settled(String result) {
        return meters.get("quipu.driver.usages").tag("result", result).counters().stream().mapToDouble(Counter::count).sum();
    }

    double stuck() {
        return meters.get("quipu.driver.stuck").gauge().value();
    }
}
