package io.quipu.acceptance.couchbase;

import static org.assertj.core.api.Assertions.assertThat;

import com.couchbase.client.java.Cluster;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.store.StoreMetrics;
import io.quipu.common.store.Write;
import io.quipu.common.store.couchbase.CouchbaseSettings;
import io.quipu.common.store.couchbase.CouchbaseStore;
import io.quipu.common.store.couchbase.Durability;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.data.couchbase.SimpleCouchbaseClientFactory;

class ProtocolServerTest {

    private static int freeOffset() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort() - ProtocolServer.MANAGER_PORT;
        }
    }

    @Test
    void servicesHaveBucketsOfTheirOwnWhoseCommandsAreCounted() throws Exception {
        int offset = freeOffset();
        try (ProtocolServer server = ProtocolServer.start(offset)) {
            for (String service : ProtocolServer.BUCKETS) {
                try (Cluster cluster = Cluster.connect(ProtocolServer.connectionString(service, offset), service, ProtocolServer.PASSWORD);
                        DocumentStore store = open(cluster, service)) {
                    assertThat(store.write(new Write.Insert("a", new byte[] {'1'})).written()).isTrue();
                    assertThat(store.get("a")).isPresent();
                }
                assertThat(server.counts().get(service)).as("the mark, and ours").containsEntry("ADD", 2L).containsKey("GET");
            }
            HttpResponse<String> shown = HttpClient.newHttpClient().send(HttpRequest.newBuilder(
                    URI.create("http://127.0.0.1:" + (ProtocolServer.COUNTS_PORT + offset) + "/")).build(), HttpResponse.BodyHandlers.ofString());
            assertThat(shown.body()).contains(ProtocolServer.BUCKETS).contains("\"ADD\":2");
        }
        assertThat(ProtocolServer.properties("aggregator", 100)).contains("quipu.store=couchbase",
                "spring.couchbase.connection-string=couchbase://127.0.0.1:9512=kv,127.0.0.1:9500=manager");
    }

    private static DocumentStore open(Cluster cluster, String service) {
        CouchbaseSettings settings = new CouchbaseSettings(service, service, CouchbaseSettings.DEFAULT, CouchbaseSettings.DEFAULT,
                Durability.AUTO, Duration.ofSeconds(10), 16, Duration.ofSeconds(30));
        return CouchbaseStore.open(new SimpleCouchbaseClientFactory(cluster, service, null), settings, Clock.systemUTC(),
                new StoreMetrics(new SimpleMeterRegistry()));
    }
}
