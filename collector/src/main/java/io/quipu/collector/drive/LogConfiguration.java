package io.quipu.collector.drive;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.micrometer.tagged.TaggedCircuitBreakerMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.quipu.collector.intake.AppendWait;
import io.quipu.collector.intake.RequestsUnderWay;
import io.quipu.collector.lease.HeldPartitions;
import io.quipu.collector.log.Dispositions;
import io.quipu.collector.log.LogEnvironment;
import io.quipu.collector.log.LogProgress;
import io.quipu.collector.log.OrganizationLog;
import io.quipu.collector.log.StoredUsageLog;
import io.quipu.common.log.BreakerLog;
import io.quipu.common.stage.StageUnavailableException;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.time.Lateness;
import io.quipu.common.time.MonotonicClock;
import io.quipu.common.trace.Traces;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Map;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Puts the log and its drivers together. Needs a {@link DocumentStore}, a {@link NextStage}, {@link PlanVersions}, a {@link
 * RunningSource} and {@link StopPins}; a {@link Clock} and {@link Traces} are used if there are any.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({PipelineProperties.class, SharingProperties.class})
public class LogConfiguration {

    /** The name of the breaker on the way to the meter. */
    public static final String BREAKER = "meter";

    /** Where the breakers of the meter's instances say which one; they also write the log. */
    private static final Map<String, String> ALL = Map.of(BreakerLog.URL, "all");

    private static final int MIN_CALLS = 5;

    @Bean
    Lateness lateness(PipelineProperties properties) {
        return properties.lateness();
    }

    @Bean
    PipelineThreads pipelineThreads(PipelineProperties properties) {
        return new PipelineThreads(properties.append().threads(), properties.drive().threads());
    }

    @Bean
    HeldPartitions heldPartitions(SharingProperties sharing) {
        return sharing.shared() ? HeldPartitions.none() : HeldPartitions.all();
    }

    @Bean
    StoredUsageLog usageLog(PipelineProperties properties, DocumentStore store, PipelineThreads threads,
            ObjectProvider<Clock> clock, MeterRegistry meters, ObjectProvider<Traces> traces, HeldPartitions held) {
        return new StoredUsageLog(properties.logSettings(), new LogEnvironment(store, threads.appending(),
                clock.getIfAvailable(Clock::systemUTC), () -> UUID.randomUUID().toString(), meters,
                traces.getIfAvailable(() -> Traces.NONE), held));
    }

    @Bean
    Dispositions dispositions(StoredUsageLog log) {
        return new Dispositions(log, log.documents());
    }

    @Bean
    OrganizationLog organizationLog(StoredUsageLog log) {
        return new OrganizationLog(log);
    }

    @Bean
    LogProgress logProgress(StoredUsageLog log) {
        return LogProgress.of(log.documents());
    }

    /** Opens when calls fail at every instance: then no batch is prepared in vain. */
    @Bean
    CircuitBreaker meterBreaker(PipelineProperties properties, MeterRegistry meters) {
        CircuitBreakerRegistry registry = CircuitBreakerRegistry.of(breaker(properties.breaker()).build());
        CircuitBreaker breaker = registry.circuitBreaker(BREAKER, ALL);
        TaggedCircuitBreakerMetrics.ofCircuitBreakerRegistry(registry).bindTo(meters);
        return breaker;
    }

    /** How the breaker works; whoever needs another clock than the machine's monotonic one sets it. */
    public static CircuitBreakerConfig.Builder breaker(PipelineProperties.Breaking breaking) {
        return CircuitBreakerConfig.custom()
                .clock(new MonotonicClock(System::nanoTime))
                .slidingWindowType(CircuitBreakerConfig.SlidingWindowType.COUNT_BASED)
                .slidingWindowSize(breaking.calls())
                .minimumNumberOfCalls(Math.min(MIN_CALLS, breaking.calls()))
                .failureRateThreshold(breaking.failurePercent())
                .waitDurationInOpenState(breaking.open())
                .permittedNumberOfCallsInHalfOpenState(breaking.trials())
                .recordExceptions(StageUnavailableException.class);
    }

    @Bean
    Drivers drivers(StoredUsageLog log, NextStage next, PlanVersions plans, CircuitBreaker meterBreaker,
            RunningSource running, StopPins stopPins, PipelineProperties properties, PipelineThreads threads,
            MeterRegistry meters, ObjectProvider<Traces> traces, ObjectProvider<RequestsUnderWay> requests,
            ObjectProvider<Clock> clock) {
        LongSupplier underWay = requests.getIfAvailable(() -> new RequestsUnderWay(0, System::nanoTime))::pressing;
        IntakeFirst intakeFirst = new IntakeFirst(underWay, properties.drive().yieldAbove(),
                properties.drive().yieldAtMost(), clock.getIfAvailable(Clock::systemUTC));
        Backoff backoff = new Backoff(properties.drive().backoffFirst(), properties.drive().backoffLongest(),
                new SecureRandom());
        return new Drivers(log, new DriveEnvironment(next, plans, meterBreaker, backoff, properties.drive().interval(),
                properties.drive().threads(), intakeFirst, meters,
                new Reconciling(running, stopPins, AppendWait.atMost(properties.appendTimeout())),
                traces.getIfAvailable(() -> Traces.NONE)),
                threads.driving(), threads::after);
    }

    /** Where other processes may use the same store. */
    @Bean
    @ConditionalOnProperty(name = SharingProperties.STORE, havingValue = SharingProperties.SHARED_STORE)
    SharedPartitions sharedPartitions(SharingProperties properties, StoredUsageLog log, Drivers drivers, DocumentStore store,
            PipelineThreads threads) {
        return new SharedPartitions(log, drivers, new SharingEnvironment(InstanceId.next(), store, properties.times(),
                System::nanoTime, threads::sharingAfter));
    }

    /** Shown as {@code partitions}, where there are leases. */
    @Bean
    @ConditionalOnProperty(name = SharingProperties.STORE, havingValue = SharingProperties.SHARED_STORE)
    HealthIndicator partitionsHealthIndicator(SharedPartitions sharing) {
        return new SharingHealth(sharing);
    }

    @Bean
    PipelineLifecycle pipelineLifecycle(StoredUsageLog log, Drivers drivers, ObjectProvider<SharedPartitions> shared,
            PipelineThreads threads, PipelineProperties properties) {
        SharedPartitions sharing = shared.getIfAvailable();
        return new PipelineLifecycle(log, drivers, sharing == null ? Sharing.none(log, drivers) : sharing, threads, properties);
    }
}
