package io.quipu.accumulator;

import io.micrometer.core.instrument.MeterRegistry;
import io.quipu.common.service.PeriodicTask;
import io.quipu.common.store.DocumentStore;
import java.time.Clock;
import java.time.Duration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What tells of what runs. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SilenceProperties.class)
class RunningConfiguration {

    /** From the end of a check for silent resources to the beginning of the next. */
    private static final Duration BETWEEN_CHECKS = Duration.ofMinutes(1);

    @Bean
    RunningLinks runningLinks(DocumentStore store) {
        return new RunningLinks(store);
    }

    @Bean
    RunningTimelines runningTimelines(DocumentStore store) {
        return new RunningTimelines(store);
    }

    @Bean
    SilentResources silentResources(RunningLinks links, RunningTimelines timelines, DocumentStore store, Clock clock,
            SilenceProperties properties) {
        return new SilentResources(links, timelines, new LastHeard(store), clock, properties.silenceAfter());
    }

    @Bean
    RunningInstances runningInstances(RunningLinks links, RunningTimelines timelines, SilentResources silent, Clock clock) {
        return new RunningInstances(links, timelines, silent, clock);
    }

    @Bean
    Snapshots snapshots(RunningLinks links, RunningTimelines timelines) {
        return new Snapshots(links, timelines);
    }

    @Bean
    SilenceWatch silenceWatch(SilentResources resources, Clock clock, MeterRegistry registry) {
        return new SilenceWatch(resources, new SilenceMetrics(resources, clock, registry));
    }

    @Bean
    PeriodicTask silenceChecks(SilenceWatch watch) {
        return new PeriodicTask("quipu-silence", watch::check, BETWEEN_CHECKS);
    }
}
