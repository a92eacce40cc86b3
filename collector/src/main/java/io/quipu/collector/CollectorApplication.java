package io.quipu.collector;

import io.micrometer.core.instrument.MeterRegistry;
import io.quipu.collector.catalog.AccountProperties;
import io.quipu.collector.catalog.Catalog;
import io.quipu.collector.catalog.CatalogProperties;
import io.quipu.collector.catalog.Plugins;
import io.quipu.collector.catalog.SamplePlans;
import io.quipu.collector.catalog.SamplesAtStart;
import io.quipu.collector.catalog.Terms;
import io.quipu.collector.drive.LogConfiguration;
import io.quipu.collector.drive.NextStage;
import io.quipu.collector.drive.PipelineProperties;
import io.quipu.collector.drive.PlanVersions;
import io.quipu.collector.drive.RunningSource;
import io.quipu.collector.drive.StopPins;
import io.quipu.collector.intake.DispositionSource;
import io.quipu.collector.intake.RejectedUsages;
import io.quipu.collector.intake.SnapshotProgress;
import io.quipu.collector.intake.TermsSource;
import io.quipu.collector.log.Dispositions;
import io.quipu.collector.log.StoredUsageLog;
import io.quipu.common.http.BaseUrls;
import io.quipu.common.http.ServiceInstances;
import io.quipu.common.service.ServiceConfiguration;
import io.quipu.common.service.StoreConfiguration;
import io.quipu.common.service.TracedPaths;
import io.quipu.common.stage.StageClient;
import io.quipu.common.stage.StageUnavailableException;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.trace.Traces;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/** The collector as a service. */
@SpringBootApplication
@EnableConfigurationProperties({AccountProperties.class, CatalogProperties.class, MeterProperties.class,
    AccumulatorProperties.class})
@Import({ServiceConfiguration.class, StoreConfiguration.class})
public class CollectorApplication {

    /** Starts the service. */
    public static void main(String[] arguments) {
        application().run(arguments);
    }

    /** The application, configured by {@code collector.yml}, so that all five can run in one JVM. */
    public static SpringApplication application() {
        return new SpringApplicationBuilder(CollectorApplication.class)
                .properties("spring.config.name=collector").build();
    }

    @Bean
    Catalog catalog(DocumentStore store, Clock clock, AccountProperties accounts, CatalogProperties properties, Plugins plugins) {
        return new Catalog(store, clock, accounts, properties, plugins);
    }

    @Bean
    SamplesAtStart samplesAtStart(Catalog catalog, CatalogProperties properties, Plugins plugins) {
        return new SamplesAtStart(() -> {
            if (properties.samples() && plugins.none()) {
                SamplePlans.store(catalog);
            }
        });
    }

    @Bean
    TracedPaths tracedPaths() {
        return TracedPaths.outside("/v1/metering/collected/usage", "/v1/metering/collected/usage/log/*", "/v1/events/*");
    }

    @Bean
    ServiceInstances meters(MeterProperties properties, PipelineProperties pipeline, MeterRegistry registry) {
        return instances("meter", properties.url(), pipeline, registry);
    }

    private static ServiceInstances instances(String to, List<URI> urls, PipelineProperties pipeline, MeterRegistry registry) {
        return new ServiceInstances(to, BaseUrls.checked("quipu." + to + ".url", urls),
                LogConfiguration.breaker(pipeline.breaker()).build(), registry, StageUnavailableException.class::isInstance);
    }

    @Bean
    StageClient meter(ServiceInstances meters, MeterProperties properties, Traces traces) {
        return new StageClient(meters, "/v1/metering/collected/usage/batches", new StageClient.Limits(
                properties.connectTimeout(), properties.responseTimeout(), properties.maxConnections()), traces);
    }

    @Bean
    NextStage nextStage(StageClient meter) {
        return meter::send;
    }

    @Bean
    ServiceInstances accumulators(AccumulatorProperties properties, PipelineProperties pipeline, MeterRegistry registry) {
        return instances("accumulator", properties.url(), pipeline, registry);
    }

    @Bean
    AccumulatorClient accumulator(ServiceInstances accumulators, AccumulatorProperties properties, Traces traces) {
        return new AccumulatorClient(accumulators, properties, traces);
    }

    @Bean
    RunningSource runningSource(AccumulatorClient accumulator) {
        return accumulator::ask;
    }

    @Bean
    SnapshotProgress.Figures snapshotFigures(RunningSource running) {
        return query -> running.ask(query, unlisted -> { });
    }

    @Bean
    StopPins stopPins(Catalog catalog) {
        return (organizationId, resourceId, planId) -> catalog.resolveStop(organizationId, resourceId, planId).pin();
    }

    @Bean
    PlanVersions planVersions(Catalog catalog) {
        return catalog::planVersion;
    }

    @Bean
    TermsSource termsSource(Catalog catalog) {
        return TermsSource.of(
                (organizationId, resourceId, planId) -> terms(catalog.resolve(organizationId, resourceId, planId)),
                (organizationId, resourceId, planId) -> terms(catalog.resolveStop(organizationId, resourceId, planId)));
    }

    private static TermsSource.Terms terms(Terms terms) {
        return new TermsSource.Terms(terms.pin(), terms.plan());
    }

    @Bean
    DispositionSource dispositionSource(Dispositions dispositions) {
        return (partition, position) -> dispositions.of(partition, position) instanceof Dispositions.Located.Found found
                ? Optional.of(disposition(found.disposition())) : Optional.empty();
    }

    @Bean
    RejectedUsages rejectedUsages(StoredUsageLog log) {
        return new RejectedUsages(log, log.documents());
    }

    private static DispositionSource.Disposition disposition(Dispositions.Disposition disposition) {
        return new DispositionSource.Disposition(disposition.status().name().toLowerCase(Locale.ROOT),
                disposition.code(), disposition.reason(), disposition.duplicateOf());
    }
}
