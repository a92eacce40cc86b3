package io.quipu.acceptance.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against an HTTP server of the JDK for a collector. */
class LoadTest {

    private static final Pattern DEDUP = Pattern.compile("\"dedup_id\":\"(\\d+)\"");

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Set<String> received = ConcurrentHashMap.newKeySet();
    private final AtomicInteger requests = new AtomicInteger();
    private HttpServer server;
    private volatile int refuseFirst;
    private volatile int refusal = 503;
    private volatile boolean chunked;
    private volatile boolean closing;
    private volatile CountDownLatch held = new CountDownLatch(0);

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.US_ASCII);
            boolean refused = requests.incrementAndGet() <= refuseFirst;
            if (!refused) {
                Matcher ids = DEDUP.matcher(body);
                while (ids.find()) {
                    received.add(ids.group(1));
                }
            }
            try {
                held.await(10, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            if (closing) {
                exchange.getResponseHeaders().set("Connection", "close");
            }
            byte[] answer = "x".repeat(100_000).getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(refused ? refusal : 202, chunked ? 0 : answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        threads.shutdownNow();
    }

    private Load load(Load.Order order) {
        return new Load(new Traffic(Scenarios.shape("load", 3), 1), List.of(server.getAddress().getPort()), order);
    }

    private static void run(Load load) throws IOException, InterruptedException {
        load.start();
        load.join();
        load.close();
    }

    @Test
    void everyUsageOfACountedLoadArrivesOnce() throws Exception {
        Load load = load(Load.Order.all(3, 10, 200));
        run(load);
        assertThat(received).hasSize(200);
        assertThat(load.accepted()).isEqualTo(200);
        assertThat(load.requests()).isEqualTo(20);
        assertThat(load.latencies().getTotalCount()).isEqualTo(20);
    }

    @Test
    void whatIsRefusedForNowIsSentAgain() throws Exception {
        refuseFirst = 2;
        Load load = load(Load.Order.all(1, 5, 10));
        run(load);
        assertThat(received).hasSize(10);
        assertThat(load.repeated()).isEqualTo(2);
        assertThat(load.requests()).isEqualTo(2);
    }

    @Test
    void whatIsRefusedForGoodFailsTheLoad() {
        refuseFirst = 1;
        refusal = 400;
        assertThatThrownBy(() -> run(load(Load.Order.all(1, 5, 10)))).hasMessageContaining("answered 400");
    }

    @Test
    void chunkedAnswersAndClosedConnectionsAreUnderstood() throws Exception {
        chunked = true;
        run(load(Load.Order.all(2, 1, 20)));
        closing = true;
        Load load = load(Load.Order.all(2, 1, 20));
        run(load);
        assertThat(load.accepted()).isEqualTo(20);
        try (HttpConnection connection = new HttpConnection(server.getAddress().getPort())) {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            assertThat(connection.exchange(HttpConnection.get(server.getAddress().getPort(), "/x"), body)).isEqualTo(202);
            assertThat(body.size()).isEqualTo(100_000);
            assertThat(connection.length()).isEqualTo(100_000);
        }
    }

    @Test
    void requestsOfAnOpenLoopAreDueAtFixedTimes() {
        Load.Order order = Load.Order.open(1, 100, Duration.ofSeconds(1), 2_000);
        assertThat(order.due(0)).isZero();
        assertThat(order.due(1)).isEqualTo(50_000_000);
        assertThat(order.due(20)).isEqualTo(1_000_000_000);
    }

    /** Ten requests are due within 100 ms over one connection, and the first answer is held for longer than that. */
    @Test
    void aStallIsSeenByEveryRequestThatWasDueMeanwhile() throws Exception {
        held = new CountDownLatch(1);
        Load load = load(Load.Order.open(1, 1, Duration.ofMillis(100), 100));
        load.start();
        while (System.nanoTime() - load.started() < 200_000_000L) {
            Thread.onSpinWait();
        }
        held.countDown();
        load.join();
        load.close();
        Histogram latencies = load.latencies();
        assertThat(latencies.getTotalCount()).isEqualTo(10);
        assertThat(latencies.getMinValue()).as("the last was due 90 ms after the first").isGreaterThan(100_000_000L);
        assertThat(latencies.getMaxValue()).isGreaterThan(195_000_000L);
    }
}
