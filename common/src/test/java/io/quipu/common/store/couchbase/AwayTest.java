package io.quipu.common.store.couchbase;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.couchbase.client.core.msg.kv.DurabilityLevel;
import com.couchbase.client.java.Cluster;
import com.couchbase.mock.memcached.protocol.CommandCode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.store.StoreException;
import io.quipu.common.store.StoreMetrics;
import io.quipu.common.store.Write;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.data.couchbase.SimpleCouchbaseClientFactory;

/** A cluster that does not answer, comes late, or holds somebody else's documents. */
class AwayTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(20);

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    private static DocumentStore open(Cluster cluster, String service) {
        return CouchbaseStore.open(new SimpleCouchbaseClientFactory(cluster, ProtocolCluster.BUCKET, null),
                Settings.of(service, TIMEOUT, Durability.AUTO), Clock.systemUTC(), new StoreMetrics(new SimpleMeterRegistry()));
    }

    private static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + DEADLINE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("%s within %s", what, DEADLINE).isLessThan(end);
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    @BeforeEach
    void listen() {
        log.start();
        ((Logger) LoggerFactory.getLogger(Availability.class)).addAppender(log);
    }

    @AfterEach
    void listenNoMore() {
        ((Logger) LoggerFactory.getLogger(Availability.class)).detachAppender(log);
    }

    private List<String> lines() {
        return log.list.stream().map(line -> line.getLevel() + " " + line.getFormattedMessage()).toList();
    }

    @Test
    void clusterThatDoesNotAnswerFailsCallsInTimeIsSaidOnceAndRecoversByItself() throws Exception {
        try (ProtocolCluster server = ProtocolCluster.start()) {
            Cluster cluster = ProtocolCluster.connect(server.connectionString());
            try (DocumentStore store = open(cluster, "collector")) {
                store.write(new Write.Insert("a", "one".getBytes(UTF_8)));
                assertThat(store.failure()).isEmpty();

                server.stall();
                long begun = System.nanoTime();
                assertThatThrownBy(() -> store.get("a")).isInstanceOf(StoreException.class);
                assertThatThrownBy(() -> store.write(new Write.Insert("b", "one".getBytes(UTF_8)))).isInstanceOf(StoreException.class);
                assertThat(Duration.ofNanos(System.nanoTime() - begun)).as("one time-out to read, two to write and to look for it")
                        .isLessThan(TIMEOUT.multipliedBy(5));
                assertThat(store.failure()).hasValueSatisfying(reason -> assertThat(reason).contains("no answer in time"));

                server.resume();
                await("recovery without a call", () -> store.failure().isEmpty());
                assertThat(store.get("a")).isPresent();
            } finally {
                cluster.disconnect();
            }
        }
        assertThat(lines()).hasSize(2);
        assertThat(lines().get(0)).contains("WARN", "Couchbase bucket quipu, scope _default, collection _default", "no answer in time");
        assertThat(lines().get(1)).contains("INFO", "works again");
    }

    @Test
    void serviceStartsWithoutAClusterRefusesAtOnceAndWorksWhenItComes() throws Exception {
        int manager = ProtocolCluster.freePort();
        int keyValue = ProtocolCluster.freePort();
        Cluster cluster = ProtocolCluster.connect(ProtocolCluster.connectionString(manager, keyValue));
        try (DocumentStore store = open(cluster, "collector")) {
            long begun = System.nanoTime();
            assertThatThrownBy(() -> store.get("a")).isInstanceOf(StoreException.class)
                    .hasMessageContaining("cannot be used since this service was started");
            assertThatThrownBy(() -> store.write(new Write.Insert("a", new byte[0]))).isInstanceOf(StoreException.class);
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).as("nobody waits for it").isLessThan(TIMEOUT);
            assertThat(store.failure()).isPresent();

            try (ProtocolCluster server = ProtocolCluster.startOn(manager, keyValue)) {
                await("its work", () -> store.failure().isEmpty());
                assertThat(store.write(new Write.Insert("a", new byte[0])).written()).isTrue();
            }
        } finally {
            cluster.disconnect();
        }
        assertThat(lines().stream().filter(line -> line.contains("works again"))).hasSize(1);
        assertThat(lines().stream().filter(line -> line.contains("WARN"))).hasSize(1);
    }

    @Test
    void collectionThatTurnsOutToBeAnothersIsNeverUsed() throws Exception {
        ProtocolCluster server = ProtocolCluster.start();
        server.put(CollectionMark.KEY, "{\"_class\":\"quipu\",\"format\":1,\"service\":\"accumulator\"}");
        server.stall();
        Cluster cluster = ProtocolCluster.connect(server.connectionString());
        try (server; DocumentStore store = open(cluster, "aggregator")) {
            assertThat(store.failure()).hasValueSatisfying(reason -> assertThat(reason).contains("no answer in time"));
            server.resume();

            await("its refusal", () -> store.failure().orElse("").contains("documents of the service accumulator"));
            assertThatThrownBy(() -> store.get("a")).isInstanceOf(StoreException.class).hasMessageContaining("quipu.couchbase.collection");
            await("another try", () -> server.commands().getOrDefault(CommandCode.GET, 0) > 2);
        } finally {
            cluster.disconnect();
        }
        assertThat(lines().stream().filter(line -> line.contains("ERROR"))).hasSize(1);
    }

    @Test
    void collectionOfAnotherServiceIsRefusedWithWhatToSet() throws Exception {
        try (ProtocolCluster server = ProtocolCluster.start()) {
            Cluster cluster = ProtocolCluster.connect(server.connectionString());
            try {
                open(cluster, "accumulator").close();
                open(cluster, "accumulator").close();
                assertThatThrownBy(() -> open(cluster, "aggregator")).isInstanceOf(ForeignCollectionException.class)
                        .hasMessageContaining("bucket quipu, scope _default, collection _default")
                        .hasMessageContaining("the service accumulator and not of aggregator").hasMessageContaining("quipu.couchbase.collection");
            } finally {
                cluster.disconnect();
            }
        }
    }

    @Test
    void durabilityFollowsTheReplicasThatTheBucketIsConfiguredToHave() throws Exception {
        assertThat(Durability.AUTO.level(0)).isEqualTo(DurabilityLevel.NONE);
        assertThat(Durability.AUTO.level(1)).isEqualTo(DurabilityLevel.MAJORITY);
        assertThat(Durability.NONE.level(3)).isEqualTo(DurabilityLevel.NONE);
        assertThat(Durability.MAJORITY.level(0)).isEqualTo(DurabilityLevel.MAJORITY);
        assertThat(Durability.MAJORITY_AND_PERSIST_TO_ACTIVE.level(1)).isEqualTo(DurabilityLevel.MAJORITY_AND_PERSIST_TO_ACTIVE);
        assertThat(Durability.PERSIST_TO_MAJORITY.level(1)).isEqualTo(DurabilityLevel.PERSIST_TO_MAJORITY);
        try (ProtocolCluster server = ProtocolCluster.startWithReplicas(1)) {
            Cluster cluster = ProtocolCluster.connect(server.connectionString());
            // That server knows no durability: the mark itself cannot be written.
            try (DocumentStore store = open(cluster, "collector")) {
                assertThat(((CouchbaseStore) store).durability()).isEqualTo(DurabilityLevel.MAJORITY);
                assertThat(store.failure()).isPresent();
            } finally {
                cluster.disconnect();
            }
        }
    }
}
