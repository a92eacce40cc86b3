package io.quipu.aggregator;

import io.micrometer.core.instrument.MeterRegistry;
import io.quipu.aggregator.domain.OrganizationAggregation;
import io.quipu.common.plan.CompiledPlans;
import io.quipu.common.service.LongAnswers;
import io.quipu.common.service.ServiceConfiguration;
import io.quipu.common.service.StoreConfiguration;
import io.quipu.common.stage.StageMetrics;
import io.quipu.common.service.TracedPaths;
import io.quipu.common.store.DocumentStore;
import java.time.Clock;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/** The aggregator as a service. */
@SpringBootApplication
@EnableConfigurationProperties(RetentionProperties.class)
@Import({ServiceConfiguration.class, LongAnswers.class, StoreConfiguration.class})
public class AggregatorApplication {

    /** Starts the service. */
    public static void main(String[] arguments) {
        application().run(arguments);
    }

    /** The application, configured by {@code aggregator.yml}, so that all five can run in one JVM. */
    public static SpringApplication application() {
        return new SpringApplicationBuilder(AggregatorApplication.class)
                .properties("spring.config.name=aggregator").build();
    }

    @Bean
    TracedPaths tracedPaths() {
        return TracedPaths.between("/v1/metering/accumulated/usage/*", "/v1/metering/aggregated/*");
    }

    @Bean
    CompiledPlans compiledPlans() {
        return new CompiledPlans(CompiledPlans.DEFAULT_CAPACITY);
    }

    @Bean
    KeptTotals keptTotals(RetentionProperties properties) {
        return properties.keptTotals();
    }

    @Bean
    UsageAggregator usageAggregator(DocumentStore store, CompiledPlans plans, KeptTotals kept, Clock clock) {
        return new UsageAggregator(store, plans, kept, clock);
    }

    @Bean
    StageMetrics stageMetrics(MeterRegistry registry) {
        return new StageMetrics(registry, OrganizationAggregation.STAGE);
    }

    @Bean
    Totals totals(DocumentStore store) {
        return new Totals(store);
    }
}
