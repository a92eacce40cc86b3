package io.quipu.common.service;

import com.couchbase.client.core.cnc.metrics.NoopMeter;
import com.couchbase.client.core.cnc.tracing.NoopRequestTracer;
import com.couchbase.client.java.Cluster;
import io.quipu.common.store.couchbase.CouchbaseSettings;
import io.quipu.common.store.couchbase.CouchbaseStore;
import io.quipu.common.store.couchbase.ForeignCollectionException;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.couchbase.autoconfigure.ClusterEnvironmentBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.data.couchbase.SimpleCouchbaseClientFactory;

/**
 * The store on Couchbase, on the cluster that Spring Boot connects to as {@code spring.couchbase.*} say. Only looked at where
 * {@code quipu.store} is {@code couchbase}; see {@link CouchbaseAutoConfigurations} for what else is kept out.
 */
@Configuration(proxyBeanMethods = false)
@Conditional(CouchbaseStoreConfiguration.Chosen.class)
@EnableConfigurationProperties(CouchbaseStoreProperties.class)
class CouchbaseStoreConfiguration {

    static final String CONNECTION = "spring.couchbase.connection-string";

    /**
     * The client measures, traces and cleans up nothing by itself, each with threads of its own: {@link io.quipu.common.store.StoreMetrics}
     * measures, our traces end at the store, and there are no transactions.
     */
    @Bean
    ClusterEnvironmentBuilderCustomizer couchbaseClient(CouchbaseStoreProperties properties) {
        return client -> client.requestTracer(NoopRequestTracer.INSTANCE).meter(NoopMeter.INSTANCE)
                .orphanReporterConfig(orphans -> orphans.enabled(false)).disableAppTelemetry(true)
                .transactionsConfig(transactions -> transactions.cleanupConfig(
                        cleanup -> cleanup.cleanupClientAttempts(false).cleanupLostAttempts(false)))
                .timeoutConfig(timeouts -> timeouts.kvTimeout(properties.timeout()).kvDurableTimeout(properties.timeout()));
    }

    @Bean
    StoreOpener couchbaseStore(ObjectProvider<Cluster> cluster, CouchbaseStoreProperties properties, Environment environment) {
        CouchbaseSettings settings = properties.settings(StoreConfiguration.service(environment));
        Cluster connected = cluster.getIfAvailable();
        if (connected == null) {
            throw new InvalidConfigurationPropertyValueException(CONNECTION, environment.getProperty(CONNECTION),
                    "with quipu.store=couchbase it must say where the cluster is, such as couchbase://one.example.com,two.example.com;"
                            + " spring.couchbase.username and spring.couchbase.password belong to it");
        }
        String scope = settings.scope().equals(CouchbaseSettings.DEFAULT) ? null : settings.scope();
        return (clock, metrics) -> {
            try {
                return CouchbaseStore.open(new SimpleCouchbaseClientFactory(connected, settings.bucket(), scope), settings, clock, metrics);
            } catch (ForeignCollectionException e) {
                throw CouchbaseStoreProperties.refused("collection", settings.collection(), e.getMessage());
            }
        };
    }

    /** The operator has chosen it. */
    static final class Chosen implements Condition {
        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return by(context.getEnvironment());
        }

        static boolean by(Environment environment) {
            return "couchbase".equalsIgnoreCase(environment.getProperty("quipu.store", "").strip());
        }
    }
}
