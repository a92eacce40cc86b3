package io.quipu.reporting;

import graphql.execution.instrumentation.Instrumentation;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.micrometer.core.instrument.MeterRegistry;
import io.quipu.common.http.BaseUrls;
import io.quipu.common.http.Outbound;
import io.quipu.common.http.ServiceInstances;
import io.quipu.common.plan.CompiledPlan;
import io.quipu.common.service.TracedPaths;
import io.quipu.common.time.MonotonicClock;
import io.quipu.common.trace.TraceContext;
import io.quipu.common.trace.Traces;
import io.quipu.reporting.audit.AuditLimits;
import io.quipu.reporting.audit.UsageAudit;
import io.quipu.reporting.flow.InstanceReporting;
import io.quipu.reporting.flow.Spool;
import io.quipu.reporting.flow.SpoolMemory;
import io.quipu.reporting.flow.UsageReporting;
import io.quipu.reporting.graph.GraphInstrumentation;
import io.quipu.reporting.graph.GraphQueries;
import io.quipu.reporting.graph.ReportFetchers;
import io.quipu.reporting.source.Accounts;
import io.quipu.reporting.source.Accumulator;
import io.quipu.reporting.source.Aggregator;
import io.quipu.reporting.source.Collector;
import io.quipu.reporting.source.Neighbour;
import io.quipu.reporting.source.PlanCache;
import io.quipu.reporting.source.RemoteAccumulator;
import io.quipu.reporting.source.RemoteAggregator;
import io.quipu.reporting.source.RemoteCollector;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.graphql.execution.DataFetcherExceptionResolver;
import org.springframework.graphql.execution.GraphQlSource;
import org.springframework.http.client.HttpComponentsClientHttpRequestFactory;
import org.springframework.web.client.RestClient;

/** Puts the parts together. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({ReportingProperties.class, AuditProperties.class, GraphProperties.class})
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
        return TracedPaths.outside("/v1/metering/organizations/*", "/v1/metering/aggregated/usage/graph/*", "/graphql");
    }

    @Bean(destroyMethod = "close")
    CloseableHttpClient outbound(ReportingProperties properties, AuditProperties audit, GraphProperties graph,
            List<ServiceInstances> neighbours, Traces traces) {
        int instances = neighbours.stream().mapToInt(neighbour -> neighbour.urls().size()).sum();
        return Outbound.client(new Outbound.Limits(properties.connectTimeout(), properties.responseTimeout(),
                properties.answerTimeout()), connections(reports(properties, graph)) + audit.maxConcurrent(), instances, traces);
    }

    /** A report reads its consumers over one connection and, meanwhile, instances and plans over as many as it has chunks. */
    private static int connections(int reports) {
        return reports * (1 + UsageReporting.CHUNKS_IN_FLIGHT);
    }

    /** How many are made at a time: a query makes one after the other. */
    private static int reports(ReportingProperties properties, GraphProperties graph) {
        return properties.maxConcurrent() + graph.maxConcurrent();
    }

    /**
     * Works on the consumers of reports, each piece in the trace of its report. There is a thread for every chunk of every
     * report, so that reports that wait for the accumulator keep no other from going on; a chunk that is left over of a
     * report that has failed may take one's place, then who asks does the work, as when the application is closing: a report
     * that is under way must not wait for work that nobody does.
     */
    @Bean(destroyMethod = "shutdown")
    ThreadPoolExecutor reportThreads(ReportingProperties properties, GraphProperties graph) {
        AtomicInteger started = new AtomicInteger();
        return new ThreadPoolExecutor(0, reports(properties, graph) * UsageReporting.CHUNKS_IN_FLIGHT,
                THREADS_KEPT.toSeconds(), TimeUnit.SECONDS, new SynchronousQueue<>(),
                work -> new Thread(work, "report-" + started.incrementAndGet()),
                (work, threads) -> work.run());
    }

    /** How the breaker of each instance of a neighbour works. */
    @Bean
    CircuitBreakerConfig breaker(ReportingProperties properties) {
        return CircuitBreakerConfig.custom()
                .clock(new MonotonicClock(System::nanoTime))
                .slidingWindowType(CircuitBreakerConfig.SlidingWindowType.COUNT_BASED)
                .slidingWindowSize(BREAKER_CALLS)
                .minimumNumberOfCalls(BREAKER_CALLS)
                .failureRateThreshold(BREAKER_FAILURES)
                .permittedNumberOfCallsInHalfOpenState(BREAKER_TRIALS)
                .waitDurationInOpenState(properties.breakerOpen())
                .ignoreException(Neighbour::ours)
                .build();
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

    @Bean
    Bulkhead graphBulkhead(GraphProperties properties) {
        return Bulkhead.of("queries", BulkheadConfig.custom().maxConcurrentCalls(properties.maxConcurrent())
                .maxWaitDuration(Duration.ZERO).build());
    }

    @Bean
    ServiceInstances aggregators(CircuitBreakerConfig breaker, Environment environment, MeterRegistry meters) {
        return instances("aggregator", breaker, environment, meters);
    }

    @Bean
    ServiceInstances accumulators(CircuitBreakerConfig breaker, Environment environment, MeterRegistry meters) {
        return instances("accumulator", breaker, environment, meters);
    }

    @Bean
    ServiceInstances collectors(CircuitBreakerConfig breaker, Environment environment, MeterRegistry meters) {
        return instances("collector", breaker, environment, meters);
    }

    private static ServiceInstances instances(String to, CircuitBreakerConfig breaker, Environment environment,
            MeterRegistry meters) {
        String property = "quipu." + to + ".url";
        List<URI> urls = Binder.get(environment).bind(property, Bindable.listOf(URI.class)).orElseGet(List::of);
        return new ServiceInstances(to, BaseUrls.checked(property, urls), breaker, meters, Neighbour::away);
    }

    private static Neighbour neighbour(ServiceInstances instances, ReportingProperties properties, CloseableHttpClient outbound) {
        return new Neighbour(instances, RestClient.builder()
                .requestFactory(new HttpComponentsClientHttpRequestFactory(outbound)), properties.responseTimeout());
    }

    @Bean
    Aggregator aggregator(ServiceInstances aggregators, ReportingProperties properties, CloseableHttpClient outbound) {
        return new RemoteAggregator(neighbour(aggregators, properties, outbound));
    }

    @Bean
    RemoteAccumulator accumulator(ServiceInstances accumulators, ReportingProperties properties, CloseableHttpClient outbound) {
        return new RemoteAccumulator(neighbour(accumulators, properties, outbound));
    }

    @Bean
    RemoteCollector collector(ServiceInstances collectors, ReportingProperties properties, CloseableHttpClient outbound) {
        return new RemoteCollector(neighbour(collectors, properties, outbound));
    }

    @Bean
    UsageReporting.Sources sources(ReportingProperties properties, Aggregator aggregator, Accumulator accumulator) {
        return new UsageReporting.Sources(aggregator, accumulator,
                new PlanCache(aggregator, CompiledPlan::of, properties.planCache()));
    }

    @Bean
    UsageReporting reporting(ReportingProperties properties, UsageReporting.Sources sources,
            ThreadPoolExecutor reportThreads, Traces traces, Clock clock, MeterRegistry meters) {
        Spool.Limits limits = new Spool.Limits(new SpoolMemory((int) properties.spoolMemory().toBytes()),
                properties.spoolLimit().toBytes());
        return new UsageReporting(sources, limits, traced(reportThreads, traces), clock, meters);
    }

    @Bean
    InstanceReporting instanceReporting(UsageReporting.Sources sources, Clock clock) {
        return new InstanceReporting(sources, clock);
    }

    @Bean
    ReportFetchers reportFetchers(UsageReporting reporting, InstanceReporting instanceReporting, Accounts accounts, Clock clock) {
        return new ReportFetchers(reporting, instanceReporting, accounts, clock);
    }

    @Bean
    Instrumentation graphLimits(GraphProperties properties) {
        return GraphInstrumentation.limits(properties.limits());
    }

    @Bean
    DataFetcherExceptionResolver graphErrors() {
        return GraphInstrumentation.errors();
    }

    @Bean
    GraphQueries graphQueries(GraphQlSource source, @Qualifier("graphBulkhead") Bulkhead bulkhead, GraphProperties properties,
            MeterRegistry meters) {
        return new GraphQueries(source, bulkhead, properties.limits(), meters);
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
