package io.quipu.reporting;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.micrometer.tagged.TaggedCircuitBreakerMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.quipu.common.plan.BuiltInFunctions;
import io.quipu.reporting.flow.Spool;
import io.quipu.reporting.flow.UsageReporting;
import io.quipu.reporting.source.Accumulator;
import io.quipu.reporting.source.Aggregator;
import io.quipu.reporting.source.Neighbour;
import io.quipu.reporting.source.Outbound;
import io.quipu.reporting.source.PlanCache;
import io.quipu.reporting.source.RemoteAccumulator;
import io.quipu.reporting.source.RemoteAggregator;
import java.time.Clock;
import java.time.Duration;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.HttpComponentsClientHttpRequestFactory;
import org.springframework.web.client.RestClient;

/** Puts the parts together. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ReportingProperties.class)
class ReportingConfiguration {

    /** Calls over which the failure rate of a neighbour is taken. */
    private static final int BREAKER_CALLS = 10;

    /** Of a hundred calls so many failures open the circuit. */
    private static final int BREAKER_FAILURES = 50;

    /** Calls that try whether a neighbour is back. */
    private static final int BREAKER_TRIALS = 2;

    @Bean(destroyMethod = "close")
    CloseableHttpClient outbound(ReportingProperties properties) {
        return Outbound.client(new Outbound.Limits(properties.connectTimeout(), properties.responseTimeout(),
                properties.answerTimeout()), properties.maxConcurrent());
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
        TaggedCircuitBreakerMetrics.ofCircuitBreakerRegistry(breakers).bindTo(meters);
        return breakers;
    }

    @Bean
    Bulkhead bulkhead(ReportingProperties properties) {
        return Bulkhead.of("reports", BulkheadConfig.custom().maxConcurrentCalls(properties.maxConcurrent())
                .maxWaitDuration(Duration.ZERO).build());
    }

    @Bean
    UsageReporting reporting(ReportingProperties properties, CloseableHttpClient outbound,
            CircuitBreakerRegistry breakers, Clock clock, MeterRegistry meters,
            @Value("${quipu.aggregator.url}") String aggregatorUrl,
            @Value("${quipu.accumulator.url}") String accumulatorUrl) {
        HttpComponentsClientHttpRequestFactory requests = new HttpComponentsClientHttpRequestFactory(outbound);
        RestClient.Builder client = RestClient.builder().requestFactory(requests);
        Aggregator aggregator = new RemoteAggregator(new Neighbour("aggregator",
                client.clone().baseUrl(aggregatorUrl).build(), breakers.circuitBreaker("aggregator"),
                properties.breakerOpen()));
        Accumulator accumulator = new RemoteAccumulator(new Neighbour("accumulator",
                client.clone().baseUrl(accumulatorUrl).build(), breakers.circuitBreaker("accumulator"),
                properties.breakerOpen()));
        Spool.Limits limits = new Spool.Limits((int) properties.spoolMemory().toBytes(),
                properties.spoolLimit().toBytes());
        PlanCache plans = new PlanCache(aggregator, BuiltInFunctions::of, properties.planCache());
        return new UsageReporting(new UsageReporting.Sources(aggregator, accumulator, plans), limits, clock, meters);
    }
}
