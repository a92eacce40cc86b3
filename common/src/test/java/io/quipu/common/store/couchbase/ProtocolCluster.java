package io.quipu.common.store.couchbase;

import com.couchbase.client.java.Cluster;
import com.couchbase.client.java.ClusterOptions;
import com.couchbase.mock.Bucket.BucketType;
import com.couchbase.mock.BucketConfiguration;
import com.couchbase.mock.CouchbaseMock;
import com.couchbase.mock.Info;
import com.couchbase.mock.memcached.MemcachedServer;
import com.couchbase.mock.memcached.protocol.CommandCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** A server that speaks Couchbase's protocol in this process, with one bucket on one node, and a client of it. Counts what it is asked for. */
public final class ProtocolCluster implements AutoCloseable {

    public static final String BUCKET = "quipu";
    public static final String PASSWORD = "secret";
    private static final String HOST = "127.0.0.1";
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final CouchbaseMock mock;
    private final MemcachedServer server;

    private ProtocolCluster(int managerPort, int keyValuePort, int replicas) throws Exception {
        BucketConfiguration bucket = new BucketConfiguration();
        bucket.name = BUCKET;
        bucket.password = PASSWORD;
        bucket.type = BucketType.COUCHBASE;
        bucket.hostname = HOST;
        bucket.numNodes = 1;
        bucket.numReplicas = replicas;
        bucket.numVBuckets = 64;
        bucket.bucketStartPort = keyValuePort;
        mock = new CouchbaseMock(managerPort, List.of(bucket));
        mock.start();
        mock.waitForStartup();
        server = mock.getBuckets().get(BUCKET).getServers()[0];
        server.startLog();
    }

    /** A cluster that has just been started. */
    public static ProtocolCluster start() throws Exception {
        return new ProtocolCluster(0, 0, 0);
    }

    /** The same, with a bucket that is configured to have replicas. */
    static ProtocolCluster startWithReplicas(int replicas) throws Exception {
        return new ProtocolCluster(0, 0, replicas);
    }

    /** The same on chosen ports. */
    static ProtocolCluster startOn(int managerPort, int keyValuePort) throws Exception {
        return new ProtocolCluster(managerPort, keyValuePort, 0);
    }

    /** A port that nobody listens on. */
    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
            return socket.getLocalPort();
        }
    }

    static String connectionString(int managerPort, int keyValuePort) {
        return "couchbase://" + HOST + ":" + keyValuePort + "=kv," + HOST + ":" + managerPort + "=manager";
    }

    public String connectionString() {
        return connectionString(mock.getHttpPort(), server.getPort());
    }

    /** A client. */
    static Cluster connect(String connectionString) {
        return Cluster.connect(connectionString, ClusterOptions.clusterOptions(BUCKET, PASSWORD)
                .environment(client -> client.timeoutConfig(timeouts -> timeouts.kvTimeout(TIMEOUT).disconnectTimeout(TIMEOUT))));
    }

    /** Has a document that no client has written. */
    void put(String key, String content) {
        mock.getBuckets().get(BUCKET).storeItem(key, content.getBytes(StandardCharsets.UTF_8));
    }

    /** Forgets all documents, and what was counted. */
    void empty() {
        server.flushAll();
        server.stopLog();
        server.startLog();
    }

    /** How many commands of each kind it was sent since it was {@linkplain #empty emptied}, when none is under way. */
    Map<CommandCode, Integer> commands() {
        Map<CommandCode, Integer> counted = new EnumMap<>(CommandCode.class);
        new ArrayList<>(server.getLogs()).forEach(entry -> counted.merge(CommandCode.valueOf(entry.getOpcode()), 1, Integer::sum));
        return counted;
    }

    /** Lets that much time pass for documents. */
    static void travel(Duration time) {
        Info.timeTravel(time.toSeconds());
    }

    /** Brings it back to the real time. */
    static void travelBack() {
        Info.timeTravel(-Info.getClockOffset());
    }

    /** Answers nothing any more. */
    void stall() {
        server.shutdown();
    }

    /** Answers again. */
    void resume() {
        server.startup();
    }

    @Override
    public void close() {
        mock.stop();
    }
}
