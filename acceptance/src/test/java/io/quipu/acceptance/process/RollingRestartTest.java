package io.quipu.acceptance.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quipu.accumulator.AccumulatorApplication;
import io.quipu.aggregator.AggregatorApplication;
import io.quipu.collector.CollectorApplication;
import io.quipu.common.wire.Json;
import io.quipu.meter.MeterApplication;
import io.quipu.reporting.ReportingApplication;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Every process is ended with SIGTERM and started again, one after the other, while usage and reports go through routers: two
 * instances of the services that keep nothing, one of those that do.
 */
class RollingRestartTest {

    /** After this a platform kills. */
    private static final Duration KILLED = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final int CLIENTS = 2;
    private static final int SOME = 5;
    private static final int FIRST_PORT = 22_000;
    private static final String USAGE = "/v1/metering/collected/usage";

    @TempDir
    private Path data;
    private final List<Integer> ports = freePorts(7);
    private final List<ServiceProcess> processes = new ArrayList<>();
    private final List<Router> routers = new ArrayList<>();
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicInteger reports = new AtomicInteger();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private final ExecutorService clients = Executors.newCachedThreadPool();
    private Router usage;
    private Router reporting;

    /** Below those that a system gives to whoever asks for any: nobody gets one while its service is down. */
    private static List<Integer> freePorts(int count) {
        List<Integer> free = new ArrayList<>();
        for (int port = FIRST_PORT; free.size() < count; port++) {
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                free.add(socket.getLocalPort());
            } catch (IOException taken) {
                // the next one, then
            }
        }
        return free;
    }

    private String url(int index) {
        return "http://127.0.0.1:" + ports.get(index);
    }

    private void process(String name, Class<?> application, String... properties) throws IOException {
        int port = ports.get(processes.size());
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp", System.getProperty("java.class.path"), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx160m",
                application.getName(), "--server.address=127.0.0.1", "--server.port=" + port, "--quipu.drain-notice=PT1S",
                "--quipu.breaker.open=PT0.5S", "--quipu.drive.backoff-longest=PT1S", "--quipu.reporting.breaker-open=500ms"));
        command.addAll(List.of(properties));
        ServiceProcess process = new ServiceProcess(name, port, command, Files.createDirectories(data.resolve(name)), data);
        processes.add(process);
        process.start();
    }

    @BeforeEach
    void start() throws IOException {
        Files.createDirectories(data.resolve("logs"));
        Files.createDirectories(data.resolve("run"));
        String meters = url(2) + "," + url(3);
        process("aggregator", AggregatorApplication.class);
        process("accumulator", AccumulatorApplication.class, "--quipu.aggregator.url=" + url(0));
        process("meter-1", MeterApplication.class, "--quipu.accumulator.url=" + url(1));
        process("meter-2", MeterApplication.class, "--quipu.accumulator.url=" + url(1));
        process("collector", CollectorApplication.class, "--quipu.meter.url=" + meters, "--quipu.accumulator.url=" + url(1));
        for (String name : List.of("reporting-1", "reporting-2")) {
            process(name, ReportingApplication.class, "--quipu.aggregator.url=" + url(0), "--quipu.accumulator.url=" + url(1),
                    "--quipu.collector.url=" + url(4));
        }
        usage = route(4, 5);
        reporting = route(5, 7);
        route(0, 4);
        processes.forEach(this::awaitReady);
    }

    private Router route(int from, int to) throws IOException {
        Router router = new Router(ports.subList(from, to));
        routers.add(router);
        return router;
    }

    @AfterEach
    void end() {
        over.countDown();
        clients.shutdownNow();
        routers.forEach(Router::close);
        processes.forEach(ServiceProcess::close);
    }

    private void awaitReady(ServiceProcess process) {
        await().alias(process.name() + " is ready").atMost(PATIENCE).pollInterval(Duration.ofMillis(100))
                .until(() -> routers.stream().anyMatch(router -> router.ready(process.port())));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws InterruptedException {
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Posts some fifty usages a second, each until it is accepted. */
    private void provide(int client) throws InterruptedException {
        for (int n = 0; over.getCount() > 0; n++) {
            long now = System.currentTimeMillis();
            String document = "{\"start\":" + now + ",\"end\":" + now + ",\"organization_id\":\"org\",\"space_id\":\"space\","
                    + "\"consumer_id\":\"app:" + client + "\",\"resource_id\":\"object-storage\",\"plan_id\":\"basic\","
                    + "\"resource_instance_id\":\"i\",\"dedup_id\":\"" + client + "/" + n + "\",\"measured_usage\":"
                    + "[{\"measure\":\"heavy_api_calls\",\"quantity\":1}]}";
            HttpResponse<String> answer;
            do {
                answer = send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + usage.port() + USAGE))
                        .header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(document)));
                if (answer.statusCode() != 202) {
                    retryable(answer);
                    over.await(50, TimeUnit.MILLISECONDS);
                }
            } while (answer.statusCode() != 202 && wrong.isEmpty());
            if (answer.statusCode() == 202) {
                accepted.incrementAndGet();
            }
            // Leaves the processors to those that start.
            over.await(20, TimeUnit.MILLISECONDS);
        }
    }

    /** Asks for report after report. */
    private void read() throws InterruptedException {
        while (over.getCount() > 0) {
            HttpResponse<String> answer = report();
            if (answer.statusCode() == 200) {
                reports.incrementAndGet();
            } else if (retryable(answer) && !answer.body().contains("_unavailable\"")) {
                wrong.add("a report was refused though there is another instance: " + answer.body());
            }
            over.await(20, TimeUnit.MILLISECONDS);
        }
    }

    private HttpResponse<String> report() throws InterruptedException {
        return send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + reporting.port()
                + "/v1/metering/organizations/org/aggregated/usage")));
    }

    private boolean retryable(HttpResponse<String> answer) {
        boolean retryable = answer.statusCode() == 503 && answer.headers().firstValue("Retry-After").isPresent();
        if (!retryable) {
            wrong.add(answer.statusCode() + " " + answer.body());
        }
        return retryable;
    }

    @Test
    void nothingThatAClientSeesFailsForGoodAndNothingIsLost() throws Exception {
        for (int i = 0; i < CLIENTS; i++) {
            int client = i;
            clients.submit(() -> {
                provide(client);
                return null;
            });
        }
        clients.submit(() -> {
            read();
            return null;
        });
        awaitMore();
        for (ServiceProcess process : processes) {
            long begun = System.nanoTime();
            assertThat(process.terminate(KILLED)).as("%s ends in time", process.name()).isTrue();
            System.out.println(process.name() + " ended within " + Duration.ofNanos(System.nanoTime() - begun).toMillis() + " ms");
            await().atMost(PATIENCE).until(() -> routers.stream().noneMatch(router -> router.ready(process.port())));
            process.start();
            awaitReady(process);
            awaitMore();
        }
        over.countDown();
        clients.shutdown();
        assertThat(clients.awaitTermination(60, TimeUnit.SECONDS)).isTrue();

        assertThat(wrong).isEmpty();
        assertThat(reporting.without()).as("one of two instances was always there").isZero();
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(200)).ignoreExceptions().untilAsserted(() ->
                assertThat(reported()).isEqualByComparingTo(BigDecimal.valueOf(accepted.get())));
    }

    /** Usage and reports go on. */
    private void awaitMore() {
        int usages = accepted.get() + SOME;
        int read = reports.get() + SOME;
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).until(() -> !wrong.isEmpty()
                || accepted.get() >= usages && reports.get() >= read);
        assertThat(wrong).isEmpty();
    }

    private BigDecimal reported() throws InterruptedException {
        HttpResponse<String> answer = report();
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        for (JsonNode metric : Json.shared().readTree(answer.body()).at("/resources/0/plans/0/aggregated_usage")) {
            if (metric.get("metric").stringValue().equals("heavy_api_calls")) {
                return metric.at("/windows/4/0/quantity").decimalValue();
            }
        }
        throw new AssertionError("no such metric in " + answer.body());
    }
}
