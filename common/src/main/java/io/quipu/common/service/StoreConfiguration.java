package io.quipu.common.service;

import io.micrometer.core.instrument.MeterRegistry;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.store.StoreMetrics;
import io.quipu.common.store.embedded.EmbeddedStore;
import io.quipu.common.store.memory.InMemoryStore;
import java.time.Clock;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;

/**
 * The store of a service, as {@link StoreProperties} say; closed with the context, after all that uses it.
 *
 * <p>Needs a {@link MeterRegistry}. The embedded store needs RocksDB on the class path, the other does not: nothing but the
 * body of one method here names it, so its classes are loaded only where it is chosen.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(StoreProperties.class)
@Import(ClockConfiguration.class)
public class StoreConfiguration {

    /** What Cloud Foundry tells every application in its environment. */
    static final String CLOUD_FOUNDRY = "VCAP_APPLICATION";

    @Bean
    StoreMetrics storeMetrics(MeterRegistry registry) {
        return new StoreMetrics(registry);
    }

    @Bean(destroyMethod = "close")
    DocumentStore documentStore(StoreProperties properties, Environment environment, Clock clock, StoreMetrics metrics) {
        return switch (properties.store()) {
            case MEMORY -> new InMemoryStore(clock, metrics);
            case EMBEDDED -> embedded(properties, environment, clock, metrics);
        };
    }

    /** Shown as {@code store}. */
    @Bean
    HealthIndicator storeHealthIndicator(DocumentStore store) {
        return new StoreHealth(store);
    }

    private static DocumentStore embedded(StoreProperties properties, Environment environment, Clock clock, StoreMetrics metrics) {
        if (environment.containsProperty(CLOUD_FOUNDRY) && !properties.ephemeralDiskAllowed()) {
            throw new InvalidConfigurationPropertyValueException("quipu.store", "embedded",
                    "on Cloud Foundry the disk of an application is lost with every restart, and with it all usage stored there."
                            + " Set quipu.ephemeral-disk-allowed=true only where that loss is accepted.");
        }
        return EmbeddedStore.open(properties.directory(environment.getProperty("spring.application.name", "application")), clock, metrics);
    }
}
