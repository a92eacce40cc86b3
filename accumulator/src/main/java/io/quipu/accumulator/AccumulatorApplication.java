package io.quipu.accumulator;

import io.micrometer.core.instrument.MeterRegistry;
import io.quipu.accumulator.domain.Accumulation;
import io.quipu.common.http.BaseUrls;
import io.quipu.common.http.ServiceInstances;
import io.quipu.common.plan.CompiledPlans;
import io.quipu.common.service.BreakerProperties;
import io.quipu.common.service.LongAnswers;
import io.quipu.common.service.ServiceConfiguration;
import io.quipu.common.service.StoreConfiguration;
import io.quipu.common.service.TracedPaths;
import io.quipu.common.stage.StageClient;
import io.quipu.common.stage.StageMetrics;
import io.quipu.common.stage.StageUnavailableException;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.time.Retention;
import io.quipu.common.trace.Traces;
import java.time.Clock;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/** The accumulator as a service. */
@SpringBootApplication
@EnableConfigurationProperties({AggregatorProperties.class, BreakerProperties.class, RetentionProperties.class})
@Import({ServiceConfiguration.class, LongAnswers.class, StoreConfiguration.class, RunningConfiguration.class})
public class AccumulatorApplication {

    /** Starts the service. */
    public static void main(String[] arguments) {
        application().run(arguments);
    }

    /** The application, configured by {@code accumulator.yml}, so that all five can run in one JVM. */
    public static SpringApplication application() {
        return new SpringApplicationBuilder(AccumulatorApplication.class)
                .properties("spring.config.name=accumulator").build();
    }

    @Bean
    CompiledPlans compiledPlans() {
        return new CompiledPlans(CompiledPlans.DEFAULT_CAPACITY);
    }

    @Bean
    TracedPaths tracedPaths() {
        return TracedPaths.between("/v1/metering/metered/usage/*", "/v1/metering/accumulated/usage/*");
    }

    @Bean
    ServiceInstances aggregators(AggregatorProperties properties, BreakerProperties breaker,
            MeterRegistry registry) {
        return new ServiceInstances("aggregator", BaseUrls.checked("quipu.aggregator.url", properties.url()),
                breaker.config(), registry, StageUnavailableException.class::isInstance);
    }

    @Bean
    StageClient aggregator(ServiceInstances aggregators, AggregatorProperties properties, Traces traces) {
        return new StageClient(aggregators, "/v1/metering/accumulated/usage/batches", new StageClient.Limits(
                properties.connectTimeout(), properties.responseTimeout(), properties.maxConnections()), traces);
    }

    @Bean
    Retention retention(RetentionProperties properties) {
        return properties.retention();
    }

    @Bean
    UsageAccumulator usageAccumulator(DocumentStore store, CompiledPlans plans, StageClient aggregator, Retention retention,
            Clock clock, MeterRegistry registry) {
        return new UsageAccumulator(store, plans, aggregator::send, System::nanoTime, new Keeping(retention, clock),
                new ReconciledCounts(registry)::count);
    }

    @Bean
    StageMetrics stageMetrics(MeterRegistry registry) {
        return new StageMetrics(registry, Accumulation.STAGE);
    }

    @Bean
    Instances instances(DocumentStore store) {
        return new Instances(store);
    }
}
