package io.quipu.collector.scaling;

import io.micrometer.core.instrument.MeterRegistry;
import io.quipu.common.service.PeriodicTask;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Reports to the autoscaler where one is bound; without it no thread runs and nothing is sent. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ScalingProperties.class)
public class ScalingConfiguration {

    @Bean
    @Conditional(AutoscalerBound.class)
    PeriodicTask scalingReports(ScalingProperties properties, ConfigurableEnvironment environment, MeterRegistry registry) {
        Autoscaler autoscaler = Autoscaler.bound(environment).orElseThrow();
        AutoscalerClient client = new AutoscalerClient(autoscaler, properties.timeout(), null);
        ScalingReports reports = new ScalingReports(autoscaler, client, properties.apps(), registry);
        return new PeriodicTask("quipu-scaling", reports::report, properties.interval());
    }

    /** An autoscaler is bound that takes metrics. */
    static final class AutoscalerBound implements Condition {
        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return context.getEnvironment() instanceof ConfigurableEnvironment environment && Autoscaler.bound(environment).isPresent();
        }
    }
}
