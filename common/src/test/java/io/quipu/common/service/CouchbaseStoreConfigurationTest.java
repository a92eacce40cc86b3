package io.quipu.common.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.couchbase.client.java.Cluster;
import com.couchbase.client.java.env.ClusterEnvironment;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.store.Write;
import io.quipu.common.store.couchbase.CouchbaseSettings;
import io.quipu.common.store.couchbase.CouchbaseStore;
import io.quipu.common.store.couchbase.Durability;
import io.quipu.common.store.couchbase.ProtocolCluster;
import io.quipu.common.store.memory.InMemoryStore;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.couchbase.autoconfigure.CouchbaseAutoConfiguration;
import org.springframework.boot.health.application.DiskSpaceHealthIndicator;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.mock.env.MockEnvironment;

class CouchbaseStoreConfigurationTest {

    private static final String CHOSEN = "quipu.store=couchbase";

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withBean(MeterRegistry.class, SimpleMeterRegistry::new)
            .withConfiguration(AutoConfigurations.of(CouchbaseAutoConfiguration.class))
            .withUserConfiguration(StoreConfiguration.class)
            .withPropertyValues("spring.application.name=collector");

    private ApplicationContextRunner on(ProtocolCluster server) {
        return runner.withPropertyValues(CHOSEN, "spring.couchbase.connection-string=" + server.connectionString(),
                "spring.couchbase.username=" + ProtocolCluster.BUCKET, "spring.couchbase.password=" + ProtocolCluster.PASSWORD,
                "quipu.couchbase.collection=_default");
    }

    @Test
    void storeOnTheClusterThatSpringBootConnectsTo() throws Exception {
        try (ProtocolCluster server = ProtocolCluster.start()) {
            on(server).run(context -> {
                assertThat(context).hasNotFailed();
                DocumentStore store = context.getBean(DocumentStore.class);
                assertThat(store).isInstanceOf(CouchbaseStore.class);
                assertThat(store.write(new Write.Insert("a", new byte[0])).written()).isTrue();
                assertThat(context).doesNotHaveBean(DiskSpaceHealthIndicator.class);
                ClusterEnvironment client = context.getBean(ClusterEnvironment.class);
                assertThat(client.timeoutConfig().kvTimeout()).isEqualTo(Duration.ofMillis(2_500));
                assertThat(client.timeoutConfig().disconnectTimeout()).as("a stop has eight seconds").isLessThan(Duration.ofSeconds(2));
            });
            on(server).run(context -> assertThat(context.getBean(DocumentStore.class).get("a")).as("by the next process").isPresent());
        }
    }

    @Test
    void anotherServiceOnTheSameCollectionDoesNotStart() throws Exception {
        try (ProtocolCluster server = ProtocolCluster.start()) {
            on(server).run(context -> assertThat(context).hasNotFailed());
            on(server).withPropertyValues("spring.application.name=aggregator").run(context -> assertThat(context).hasFailed()
                    .getFailure().rootCause().hasMessageContaining("quipu.couchbase.collection")
                    .hasMessageContaining("holds the documents of the service collector and not of aggregator"));
        }
    }

    @Test
    void serviceStartsWhileTheClusterIsAway() throws Exception {
        runner.withPropertyValues(CHOSEN, "spring.couchbase.connection-string=couchbase://127.0.0.1:" + ProtocolCluster.freePort(),
                "spring.couchbase.username=quipu", "spring.couchbase.password=secret", "quipu.couchbase.start-patience=PT0S",
                "quipu.couchbase.timeout=PT1.5S").run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThat(context.getBean(StoreHealth.class).health().getDetails()).containsKey("reason");
                });
    }

    @Test
    void withoutAConnectionStringItIsRefusedWithTheNameOfTheProperty() {
        runner.withPropertyValues(CHOSEN).run(context -> assertThat(context).hasFailed().getFailure().rootCause()
                .hasMessageContaining("spring.couchbase.connection-string").hasMessageContaining("couchbase://"));
    }

    @ParameterizedTest
    @CsvSource({"timeout,PT1S,PT1.5S", "timeout,PT2M,PT1M", "max-in-flight,0,from 1", "max-in-flight,10001,10000", "start-patience,PT-1S,PT0S",
        "start-patience,PT11M,PT10M"})
    void limitsAreRefusedWithTheirRule(String property, String value, String rule) {
        runner.withPropertyValues(CHOSEN, "spring.couchbase.connection-string=couchbase://127.0.0.1", "quipu.couchbase." + property + "=" + value)
                .run(context -> assertThat(context).hasFailed().getFailure().rootCause().hasMessageContaining("quipu.couchbase." + property)
                        .hasMessageContaining(rule));
    }

    @Test
    void aScopeOfItsOwnHasNoDefaultCollection() {
        runner.withPropertyValues(CHOSEN, "spring.couchbase.connection-string=couchbase://127.0.0.1", "spring.couchbase.username=a",
                "spring.couchbase.password=b", "quipu.couchbase.scope=billing", "quipu.couchbase.collection=_default")
                .run(context -> assertThat(context).hasFailed().getFailure().rootCause().hasMessageContaining("quipu.couchbase.collection"));
    }

    @Test
    void collectionIsNamedAfterTheServiceByDefault() {
        CouchbaseSettings settings = new CouchbaseStoreProperties("quipu", "_default", "", Durability.AUTO, Duration.ofSeconds(2), 256,
                Duration.ZERO).settings("accumulator");

        assertThat(settings).extracting(CouchbaseSettings::collection, CouchbaseSettings::service).containsExactly("accumulator", "accumulator");
    }

    @Test
    void whereAnotherStoreIsChosenNothingConnectsWhateverElseIsSet() {
        String[] candidates = {"org.springframework.boot.couchbase.autoconfigure.CouchbaseAutoConfiguration",
            "org.springframework.boot.couchbase.autoconfigure.health.CouchbaseHealthContributorAutoConfiguration",
            "org.springframework.boot.data.couchbase.autoconfigure.DataCouchbaseRepositoriesAutoConfiguration",
            "org.springframework.boot.data.autoconfigure.web.DataWebAutoConfiguration",
            "org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration",
            "org.springframework.boot.health.autoconfigure.application.DiskSpaceHealthContributorAutoConfiguration",
            "org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration", null};

        assertThat(kept(candidates, "embedded")).containsExactly(5, 6, 7);
        assertThat(kept(candidates, "")).containsExactly(5, 6, 7);
        assertThat(kept(candidates, "couchbase")).containsExactly(0, 6, 7);
        runner.withPropertyValues("quipu.store=memory").run(context -> assertThat(context).doesNotHaveBean(Cluster.class)
                .getBean(DocumentStore.class).isInstanceOf(InMemoryStore.class));
    }

    private static List<Integer> kept(String[] candidates, String store) {
        CouchbaseAutoConfigurations filter = new CouchbaseAutoConfigurations();
        filter.setEnvironment(new MockEnvironment().withProperty("quipu.store", store));
        boolean[] kept = filter.match(candidates, null);
        return IntStream.range(0, kept.length).filter(i -> kept[i]).boxed().toList();
    }

    @Test
    void otherStoresLoadNoClassOfCouchbase() throws Exception {
        assertThat(StoreConfigurationTest.memoryStoreWithout("rocksdbjni", "couchbase", "core-io", "java-client", "spring-tx"))
                .isEqualTo(InMemoryStore.class.getName());
    }
}
