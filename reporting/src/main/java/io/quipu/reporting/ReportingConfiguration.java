package io.quipu.reporting;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.micrometer.tagged.TaggedCircuitBreakerMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.quipu.common.http.Outbound;
import io.quipu.common.log.BreakerLog;
import io.quipu.common.metrics.CallMetrics;
import io.quipu.common.plan.BuiltInFunctions;
import io.quipu.common.service.TracedPaths;
import io.quipu.common.trace.TraceContext;
import io.quipu.common.trace.Traces;
import io.quipu.reporting.audit.AuditLimits;
import io.quipu.reporting.audit.UsageAudit;
import io.quipu.reporting.flow.Spool;
import io.quipu.reporting.flow.SpoolMemory;
import io.quipu.reporting.flow.UsageReporting;
import io.quipu.reporting.source.Accumulator;
import io.quipu.reporting.source.Aggregator;
import io.quipu.reporting.source.Collector;
import io.quipu.reporting.source.Neighbour;
import io.quipu.reporting.source.PlanCache;
import io.quipu.reporting.source.RemoteAccumulator;
import io.quipu.reporting.source.RemoteAggregator;
import io.quipu.reporting.source.RemoteCollector;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.http.client.HttpComponentsClientHttpRequestFactory;
import org.springframework.web.client.RestClient;

/** Puts the parts together. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({ReportingProperties.class, AuditProperties.class})
class ReportingConfiguration {

    /** Calls over which the failure rate of a neighbour is taken. */
    private static final int BREAKER_CALLS = 10;

    /** Of a hundred calls so many failures open the circuit. */
    private static final int BREAKER_FAILURES = 50;

    /** Calls that try whether a neighbour is back. */
    private static final int BREAKER_TRIALS = 2;

    /** How long a thread waits for the next report. */
    private static final Duration THREADS_KEPT = Duration.ofMinutes(1);

    @Bean
    TracedPaths tracedPaths() {
        return TracedPaths.outside("/v1/metering/organizations/*");
    }

    @Bean(destroyMethod = "close")
    CloseableHttpClient outbound(ReportingProperties properties, AuditProperties audit, Traces traces) {
        return Outbound.client(new Outbound.Limits(properties.connectTimeout(), properties.responseTimeout(),
                properties.answerTimeout()), connections(properties) + audit.maxConcurrent(), traces);
    }

    /** A report reads its consumers over one connection and, meanwhile, instances and plans over as many as it has chunks. */
    private static int connections(ReportingProperties properties) {
        return properties.maxConcurrent() * (1 + UsageReporting.CHUNKS_IN_FLIGHT);
    }

    /**
     * Works on the consumers of reports, each piece in the trace of its report. There is a thread for every chunk of every
     * report, so that reports that wait for the accumulator keep no other from going on; a chunk that is left over of a
     * report that has failed may take one's place, then who asks does the work, as when the application is closing: a report
     * that is under way must not wait for work that nobody does.
     */
    @Bean(destroyMethod = "shutdown")
    ThreadPoolExecutor reportThreads(ReportingProperties properties) {
        AtomicInteger started = new AtomicInteger();
        return new ThreadPoolExecutor(0, properties.maxConcurrent() * UsageReporting.CHUNKS_IN_FLIGHT,
                THREADS_KEPT.toSeconds(), TimeUnit.SECONDS, new SynchronousQueue<>(),
                work -> new Thread(work, "report-" + started.incrementAndGet()),
                (work, threads) -> work.run());
    }

    @Bean
    CircuitBreakerRegistry breakers(ReportingProperties properties, MeterRegistry meters) {
        CircuitBreakerRegistry breakers = CircuitBreakerRegistry.of(CircuitBreakerConfig.custom()
                .slidingWindowType(CircuitBreakerConfig.SlidingWindowType.COUNT_BASED)
                .slidingWindowSize(BREAKER_CALLS)
                .minimumNumberOfCalls(BREAKER_CALLS)
                .failureRateThreshold(BREAKER_FAILURES)
                .permittedNumberOfCallsInHalfOpenState(BREAKER_TRIALS)
                .waitDurationInOpenState(properties.breakerOpen())
                .ignoreException(Neighbour::ours)
                .build());
        breakers.getEventPublisher().onEntryAdded(added -> BreakerLog.watch(added.getAddedEntry()));
        TaggedCircuitBreakerMetrics.ofCircuitBreakerRegistry(breakers).bindTo(meters);
        return breakers;
    }

    @Bean
    Bulkhead bulkhead(ReportingProperties properties) {
        return Bulkhead.of("reports", BulkheadConfig.custom().maxConcurrentCalls(properties.maxConcurrent())
                .maxWaitDuration(Duration.ZERO).build());
    }

    @Bean
    Bulkhead auditBulkhead(AuditProperties properties) {
        return Bulkhead.of("audits", BulkheadConfig.custom().maxConcurrentCalls(properties.maxConcurrent())
                .maxWaitDuration(Duration.ZERO).build());
    }

    /** Makes the neighbours, each behind a circuit of its own. */
    @Bean
    Function<String, Neighbour> neighbours(ReportingProperties properties, CloseableHttpClient outbound,
            CircuitBreakerRegistry breakers, Environment environment, MeterRegistry meters) {
        RestClient.Builder client = RestClient.builder()
                .requestFactory(new HttpComponentsClientHttpRequestFactory(outbound));
        return name -> new Neighbour(name,
                client.clone().baseUrl(environment.getRequiredProperty("quipu." + name + ".url")).build(),
                breakers.circuitBreaker(name), new CallMetrics(meters, name, Neighbour::away), properties.breakerOpen());
    }

    @Bean
    Aggregator aggregator(Function<String, Neighbour> neighbours) {
        return new RemoteAggregator(neighbours.apply("aggregator"));
    }

    @Bean
    Accumulator accumulator(Function<String, Neighbour> neighbours) {
        return new RemoteAccumulator(neighbours.apply("accumulator"));
    }

    @Bean
    Collector collector(Function<String, Neighbour> neighbours) {
        return new RemoteCollector(neighbours.apply("collector"));
    }

    @Bean
    UsageReporting reporting(ReportingProperties properties, Aggregator aggregator, Accumulator accumulator,
            ThreadPoolExecutor reportThreads, Traces traces, Clock clock, MeterRegistry meters) {
        Spool.Limits limits = new Spool.Limits(new SpoolMemory((int) properties.spoolMemory().toBytes()),
                properties.spoolLimit().toBytes());
        PlanCache plans = new PlanCache(aggregator, BuiltInFunctions::of, properties.planCache());
        return new UsageReporting(new UsageReporting.Sources(aggregator, accumulator, plans), limits,
                traced(reportThreads, traces), clock, meters);
    }

    private static Executor traced(Executor threads, Traces traces) {
        return work -> {
            List<TraceContext> current = traces.current();
            threads.execute(() -> traces.within("report consumers", Traces.Kind.LOCAL, current, work));
        };
    }

    @Bean
    UsageAudit audit(Collector collector, Aggregator aggregator, Accumulator accumulator, AuditProperties properties) {
        return new UsageAudit(collector, aggregator, accumulator,
                new AuditLimits(properties.maxUsages(), properties.maxFigures()));
    }
}
