package io.quipu.common.store.couchbase;

import static org.assertj.core.api.Assertions.assertThat;

import com.couchbase.client.java.Cluster;
import com.couchbase.mock.memcached.protocol.CommandCode;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.store.DocumentStoreContract;
import io.quipu.common.store.StoreMetrics;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.springframework.data.couchbase.SimpleCouchbaseClientFactory;

/**
 * The contract against a server of Couchbase's protocol, over the network. After each test the commands that the server has counted are
 * compared with what the store says it did: it cannot have been done anywhere else.
 */
class CouchbaseStoreTest extends DocumentStoreContract {

    private static final long TICK = Duration.ofMinutes(1).toMillis();
    private static final long SECOND = 1_000;

    private static ProtocolCluster server;
    private static Cluster cluster;

    @BeforeAll
    static void startServer() throws Exception {
        server = ProtocolCluster.start();
        cluster = ProtocolCluster.connect(server.connectionString());
        System.out.println("[couchbase] the contract runs against a server of Couchbase's protocol, at " + server.connectionString());
    }

    @AfterAll
    static void stopServer() {
        cluster.disconnect();
        server.close();
    }

    @Override
    protected DocumentStore open(Clock clock, StoreMetrics metrics) {
        server.empty();
        return CouchbaseStore.open(new SimpleCouchbaseClientFactory(cluster, ProtocolCluster.BUCKET, null), Settings.of("collector"), clock,
                metrics);
    }

    @AfterEach
    void theServerHasCountedWhatTheStoreDid() {
        ProtocolCluster.travelBack();
        Map<CommandCode, Integer> commands = server.commands();
        assertThat(commands.getOrDefault(CommandCode.GET, 0)).as("reads").isGreaterThanOrEqualTo((int) counted(StoreMetrics.READS));
        assertThat(commands.getOrDefault(CommandCode.ADD, 0) + commands.getOrDefault(CommandCode.REPLACE, 0)
                + commands.getOrDefault(CommandCode.SET, 0) + commands.getOrDefault(CommandCode.DELETE, 0)).as("writes: %s", commands)
                .isGreaterThanOrEqualTo((int) counted(StoreMetrics.WRITES));
    }

    private double counted(String counter) {
        return registry.get(counter).counter().count();
    }

    @Override
    protected long start() {
        return System.currentTimeMillis() / SECOND * SECOND;
    }

    @Override
    protected long tick() {
        return TICK;
    }

    @Override
    protected void passTo(long time) {
        ProtocolCluster.travel(Duration.ofMillis(time - clock.millis()));
        clock.set(time);
    }

    @Override
    protected long end() {
        return clock.millis() + Duration.ofDays(365).toMillis();
    }
}
