package io.quipu.common.service;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.store.StoreMetrics;
import io.quipu.common.store.embedded.EmbeddedStore;
import io.quipu.common.store.memory.InMemoryStore;
import java.io.File;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.health.application.DiskSpaceHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.micrometer.metrics.system.DiskSpaceMetricsBinder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.unit.DataSize;

/**
 * The store of a service, as {@link StoreProperties} say; closed with the context, after all that uses it.
 *
 * <p>Needs a {@link MeterRegistry}. The embedded store needs RocksDB on the class path, that on Couchbase Couchbase's client, and
 * neither the other's: nothing but the body of one method names the former and {@link CouchbaseStoreConfiguration} the latter, so
 * classes are loaded only where they are chosen.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(StoreProperties.class)
@Import({ClockConfiguration.class, CouchbaseStoreConfiguration.class})
public class StoreConfiguration {

    /** What Cloud Foundry tells every application in its environment. */
    static final String CLOUD_FOUNDRY = "VCAP_APPLICATION";

    @Bean
    StoreMetrics storeMetrics(MeterRegistry registry) {
        return new StoreMetrics(registry);
    }

    @Bean(destroyMethod = "close")
    DocumentStore documentStore(StoreProperties properties, Environment environment, Clock clock, StoreMetrics metrics,
            ObjectProvider<StoreOpener> couchbase) {
        return switch (properties.store()) {
            case MEMORY -> new InMemoryStore(clock, metrics);
            case EMBEDDED -> embedded(properties, environment, clock, metrics);
            case COUCHBASE -> couchbase.getObject().open(clock, metrics);
        };
    }

    /** Shown as {@code store}, and as a gauge. */
    @Bean
    HealthIndicator storeHealthIndicator(DocumentStore store, MeterRegistry registry) {
        Gauge.builder("quipu.store.failing", store, failing -> failing.failure().isPresent() ? 1 : 0)
                .description("1 while the store cannot write, or has found damage").register(registry);
        return new StoreHealth(store);
    }

    /** Takes the place of the one that looks at the working directory. A store on other machines has no disk here. */
    @Bean
    @Conditional(StoredHere.class)
    DiskSpaceHealthIndicator diskSpaceHealthIndicator(StoreProperties properties, Environment environment) {
        return new DiskSpaceHealthIndicator(disk(properties, environment),
                DataSize.parse(environment.getProperty("management.health.diskspace.threshold", "10MB")));
    }

    /** The same for {@code disk_free_bytes} and {@code disk_total_bytes}. */
    @Bean
    DiskSpaceMetricsBinder diskSpaceMetrics(StoreProperties properties, Environment environment) {
        return new DiskSpaceMetricsBinder(List.of(disk(properties, environment)), Tags.empty());
    }

    private static File disk(StoreProperties properties, Environment environment) {
        return properties.store() == StoreProperties.Kind.EMBEDDED ? directory(properties, environment).toFile() : new File(".");
    }

    private static Path directory(StoreProperties properties, Environment environment) {
        return properties.directory(service(environment));
    }

    static String service(Environment environment) {
        return environment.getProperty("spring.application.name", "application");
    }

    private static DocumentStore embedded(StoreProperties properties, Environment environment, Clock clock, StoreMetrics metrics) {
        if (environment.containsProperty(CLOUD_FOUNDRY) && !properties.ephemeralDiskAllowed()) {
            throw new InvalidConfigurationPropertyValueException("quipu.store", "embedded",
                    "on Cloud Foundry the disk of an application is lost with every restart, and with it all usage stored there."
                            + " Bind a Couchbase service and set quipu.store=couchbase; set quipu.ephemeral-disk-allowed=true only where"
                            + " that loss is accepted.");
        }
        return EmbeddedStore.open(directory(properties, environment), clock, metrics);
    }

    /** What is stored is stored by this process. */
    static final class StoredHere implements Condition {
        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return !CouchbaseStoreConfiguration.Chosen.by(context.getEnvironment());
        }
    }
}
