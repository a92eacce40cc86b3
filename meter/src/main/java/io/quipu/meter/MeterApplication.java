package io.quipu.meter;

import io.micrometer.core.instrument.MeterRegistry;
import io.quipu.common.http.BaseUrls;
import io.quipu.common.http.ServiceInstances;
import io.quipu.common.plan.CompiledPlans;
import io.quipu.common.service.BreakerProperties;
import io.quipu.common.service.ServiceConfiguration;
import io.quipu.common.service.TracedPaths;
import io.quipu.common.stage.StageClient;
import io.quipu.common.stage.StageMetrics;
import io.quipu.common.stage.StageUnavailableException;
import io.quipu.meter.domain.Metering;
import io.quipu.common.trace.Traces;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/** The meter as a service. */
@SpringBootApplication
@EnableConfigurationProperties({AccumulatorProperties.class, BreakerProperties.class})
@Import(ServiceConfiguration.class)
public class MeterApplication {

    /** Where the accumulator takes batches. */
    static final String ACCUMULATOR_PATH = "/v1/metering/metered/usage/batches";

    /** Starts the service. */
    public static void main(String[] arguments) {
        application().run(arguments);
    }

    /** The application, configured by {@code meter.yml}, so that all five can run in one JVM. */
    public static SpringApplication application() {
        return new SpringApplicationBuilder(MeterApplication.class).properties("spring.config.name=meter").build();
    }

    @Bean
    TracedPaths tracedPaths() {
        return TracedPaths.between("/v1/metering/collected/usage/*");
    }

    @Bean
    ServiceInstances accumulators(AccumulatorProperties properties, BreakerProperties breaker, MeterRegistry registry) {
        return new ServiceInstances("accumulator", BaseUrls.checked("quipu.accumulator.url", properties.url()), breaker.config(),
                registry, StageUnavailableException.class::isInstance);
    }

    @Bean
    StageClient accumulator(ServiceInstances accumulators, AccumulatorProperties properties, Traces traces) {
        return new StageClient(accumulators, ACCUMULATOR_PATH, new StageClient.Limits(
                properties.connectTimeout(), properties.responseTimeout(), properties.maxConnections()), traces);
    }

    @Bean
    UsageMeter usageMeter(StageClient accumulator) {
        return new UsageMeter(new CompiledPlans(CompiledPlans.DEFAULT_CAPACITY), accumulator::send);
    }

    @Bean
    StageMetrics stageMetrics(MeterRegistry registry) {
        return new StageMetrics(registry, Metering.STAGE);
    }
}
