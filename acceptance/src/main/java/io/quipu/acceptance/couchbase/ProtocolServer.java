package io.quipu.acceptance.couchbase;

import com.couchbase.mock.Bucket.BucketType;
import com.couchbase.mock.BucketConfiguration;
import com.couchbase.mock.CouchbaseMock;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.quipu.common.wire.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * A server that speaks Couchbase's key-value protocol, with one bucket for each service that stores, on the loopback interface. Documents
 * are in memory and end with it.
 *
 * <p>Of Couchbase it has what a store needs: insert, replace and remove by version, reads, expiry. It has no durability levels, no
 * collections but {@code _default}, no queries and no TLS; user name and bucket are the same.
 *
 * <p>A service is pointed to it by the {@linkplain #properties properties}
 * <pre>
 * quipu.store=couchbase
 * spring.couchbase.connection-string=couchbase://127.0.0.1:9410=kv,127.0.0.1:9400=manager
 * spring.couchbase.username=collector
 * spring.couchbase.password=quipu
 * quipu.couchbase.bucket=collector
 * quipu.couchbase.collection=_default
 * quipu.couchbase.durability=none
 * </pre>
 * The two ports of one host in the connection string are one node's: the one of key-value operations, which differs from bucket to
 * bucket here, and that of the manager. A client finds its way from these alone.
 *
 * <p>As a process, with the jar that the build copies to {@code acceptance/target/couchbase} on the class path beside this module's classes
 * and the libraries of any service: {@code java -cp … io.quipu.acceptance.couchbase.ProtocolServer [--offset N]}. It adds N to its ports
 * ({@value #MANAGER_PORT}, {@value #COUNTS_PORT}, from {@value #FIRST_PORT} one per bucket), prints a line that begins with
 * {@value #READY} once it can be used, and ends with SIGTERM.
 */
public final class ProtocolServer implements AutoCloseable {

    /** Who has a bucket, in the order of their ports. */
    public static final List<String> BUCKETS = List.of("collector", "accumulator", "aggregator");

    /** The password of each bucket. */
    public static final String PASSWORD = "quipu";

    /** Where the manager listens, before an offset is added. */
    public static final int MANAGER_PORT = 9_400;

    /** Where {@code GET /} answers the counts as JSON, before an offset is added. */
    public static final int COUNTS_PORT = 9_401;

    /** Where the first bucket listens, before an offset is added; the next is one higher. */
    public static final int FIRST_PORT = 9_410;

    /** What the line begins with that says that it can be used. */
    public static final String READY = "protocol server ready";

    private static final String HOST = "127.0.0.1";
    private static final String OFFSET = "--offset";
    private static final int PARTITIONS = 64;

    private final int offset;
    private final CouchbaseMock server;
    private final HttpServer http;
    private final Map<String, CommandCounts> counts = new LinkedHashMap<>();

    private ProtocolServer(int offset) throws IOException {
        this.offset = offset;
        List<BucketConfiguration> buckets = new ArrayList<>();
        for (String name : BUCKETS) {
            BucketConfiguration bucket = new BucketConfiguration();
            bucket.name = name;
            bucket.password = PASSWORD;
            bucket.type = BucketType.COUCHBASE;
            bucket.hostname = HOST;
            bucket.numNodes = 1;
            bucket.numReplicas = 0;
            bucket.numVBuckets = PARTITIONS;
            bucket.bucketStartPort = keyValuePort(name, offset);
            buckets.add(bucket);
        }
        server = new CouchbaseMock(MANAGER_PORT + offset, buckets);
        http = HttpServer.create(new InetSocketAddress(InetAddress.getByName(HOST), COUNTS_PORT + offset), 0);
    }

    /**
     * Starts it in this process.
     *
     * @param offset is added to each port
     * @throws IOException when a port is taken
     * @throws InterruptedException when interrupted before it is ready
     */
    public static ProtocolServer start(int offset) throws IOException, InterruptedException {
        ProtocolServer started = new ProtocolServer(offset);
        started.server.start();
        started.server.waitForStartup();
        // Over the key-value connection it names no host but the one that the client has reached it at: a proxy before it, too.
        started.server.getBuckets().values().forEach(bucket -> bucket.getServers()[0].setCccpEnabled(true));
        BUCKETS.forEach(name -> started.counts.put(name, CommandCounts.of(started.server.getBuckets().get(name).getServers()[0])));
        started.http.createContext("/", started::answer);
        started.http.start();
        return started;
    }

    /** Where a service finds its bucket. */
    public static String connectionString(String service, int offset) {
        return "couchbase://" + HOST + ":" + keyValuePort(service, offset) + "=kv," + HOST + ":" + (MANAGER_PORT + offset) + "=manager";
    }

    /** The properties by which a service that stores uses a server with that offset, each as {@code name=value}. */
    public static List<String> properties(String service, int offset) {
        return List.of("quipu.store=couchbase", "spring.couchbase.connection-string=" + connectionString(service, offset),
                "spring.couchbase.username=" + service, "spring.couchbase.password=" + PASSWORD, "quipu.couchbase.bucket=" + service,
                "quipu.couchbase.collection=_default", "quipu.couchbase.durability=none");
    }

    /** How many commands of each kind it was sent, by bucket and the protocol's name of the command: GET, ADD, REPLACE, DELETE … */
    public Map<String, Map<String, Long>> counts() {
        Map<String, Map<String, Long>> byBucket = new LinkedHashMap<>();
        counts.forEach((bucket, counted) -> byBucket.put(bucket, counted.byKind()));
        return byBucket;
    }

    private void answer(HttpExchange exchange) throws IOException {
        byte[] body = Json.write(counts());
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static int keyValuePort(String service, int offset) {
        int bucket = BUCKETS.indexOf(service);
        if (bucket < 0) {
            throw new IllegalArgumentException(service + " has no bucket; these have: " + BUCKETS);
        }
        return FIRST_PORT + offset + bucket;
    }

    @Override
    public void close() {
        http.stop(0);
        server.stop();
    }

    /** Runs until the process is ended. */
    public static void main(String[] arguments) throws Exception {
        int offset = 0;
        if (arguments.length == 2 && arguments[0].equals(OFFSET)) {
            offset = Integer.parseInt(arguments[1]);
        } else if (arguments.length > 0) {
            System.err.println("takes " + OFFSET + " N, and nothing else");
            System.exit(2);
        }
        start(offset);
        for (String service : BUCKETS) {
            System.out.println(service + ": " + connectionString(service, offset));
        }
        System.out.println(READY + ", counts at http://" + HOST + ":" + (COUNTS_PORT + offset) + "/");
        new CountDownLatch(1).await();
    }
}
