package io.quipu.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.quipu.acceptance.couchbase.ProtocolServer;
import io.quipu.collector.CollectorApplication;
import io.quipu.common.wire.Json;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;

/** Starts of a real collector, as Cloud Foundry starts it: told of itself and of what is bound to it by the environment. */
@Timeout(180)
class CloudFoundryStartTest {

    private static final String APPLICATION = "58d162ad-87d5-4f52-8abf-e56a63a67292";
    private static final Map<String, String> ITSELF = Map.of("VCAP_APPLICATION",
            "{\"application_id\":\"" + APPLICATION + "\",\"application_name\":\"quipu-collector\"}");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Of the protocol server: away from those of other tests, and from those that a system gives to whoever asks for any. */
    private static final int OFFSET = 11_000;

    @TempDir
    private Path directory;

    @Test
    void embeddedStoreIsRefusedWithTheReasonAndWhatToDo() throws Exception {
        String said = refused(ITSELF, "--quipu.data=" + directory.resolve("data"));

        assertThat(said).contains("APPLICATION FAILED TO START", "quipu.store", "on Cloud Foundry the disk of an application is lost",
                "Bind a Couchbase service", "quipu.ephemeral-disk-allowed=true");
        assertThat(directory.resolve("data")).doesNotExist();
    }

    @Test
    void bindingWithoutAPasswordIsRefusedByName() throws Exception {
        String said = refused(Map.of("VCAP_APPLICATION", ITSELF.get("VCAP_APPLICATION"), "VCAP_SERVICES",
                couchbase("{\"uri\":\"couchbase://nowhere.invalid\",\"username\":\"hidden-user\"}")));

        assertThat(said).contains("APPLICATION FAILED TO START", "bound service my-couchbase have no password",
                "spring.couchbase.password").doesNotContain("hidden-user").doesNotContain("nowhere.invalid");
    }

    @Test
    void secondProcessOnADataDirectoryIsRefusedWithTheReasonAndTheFirstGoesOn() throws Exception {
        Path data = directory.resolve("data");
        try (ConfigurableApplicationContext first = start("--quipu.data=" + data)) {
            String said = refused(Map.of(), "--quipu.data=" + data);

            assertThat(said).contains("APPLICATION FAILED TO START", data.toString(), "another process");
            assertThat(post(first, "1").statusCode()).isEqualTo(202);
        }
    }

    @Test
    void boundCouchbaseHoldsTheUsage() throws Exception {
        try (ProtocolServer server = ProtocolServer.start(OFFSET);
                ConfigurableApplicationContext collector = start("--VCAP_APPLICATION=" + ITSELF.get("VCAP_APPLICATION"),
                        "--VCAP_SERVICES=" + couchbase("{\"connection_string\":\"" + ProtocolServer.connectionString("collector", OFFSET)
                                + "\",\"username\":\"collector\",\"password\":\"" + ProtocolServer.PASSWORD + "\",\"bucket\":\"collector\","
                                + "\"collection\":\"_default\"}"), "--quipu.couchbase.durability=none")) {
            long before = added(server);
            assertThat(post(collector, "1").statusCode()).isEqualTo(202);
            assertThat(added(server)).isGreaterThan(before);
        }
    }

    private static long added(ProtocolServer server) {
        return server.counts().get("collector").getOrDefault("ADD", 0L);
    }

    @Test
    void boundAutoscalerIsToldOfTheBacklog() throws Exception {
        Queue<String> told = new ConcurrentLinkedQueue<>();
        HttpServer autoscaler = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        autoscaler.createContext("/v1/apps/" + APPLICATION + "/metrics", exchange -> {
            told.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        autoscaler.start();
        String url = "http://" + InetAddress.getLoopbackAddress().getHostAddress() + ":" + autoscaler.getAddress().getPort();
        try (ConfigurableApplicationContext collector = start("--VCAP_APPLICATION=" + ITSELF.get("VCAP_APPLICATION"),
                "--VCAP_SERVICES={\"app-autoscaler\":[{\"name\":\"scale\",\"label\":\"app-autoscaler\",\"tags\":[],\"credentials\":"
                        + "{\"custom_metrics\":{\"url\":\"" + url + "\",\"username\":\"u\",\"password\":\"p\"}}}]}", "--CF_INSTANCE_INDEX=4",
                "--quipu.store=memory", "--quipu.ephemeral-disk-allowed=true", "--quipu.scaling.interval=PT0.1S")) {
            assertThat(collector.isActive()).isTrue();
            await().atMost(PATIENCE).until(() -> !told.isEmpty());
        } finally {
            autoscaler.stop(0);
        }
        JsonNode report = Json.shared().readTree(told.peek());
        assertThat(report.get("instance_index").intValue()).isEqualTo(4);
        List<String> names = new ArrayList<>();
        report.get("metrics").forEach(metric -> names.add(metric.get("name").stringValue()));
        assertThat(names).containsExactly("backlog_per_instance", "oldest_unprocessed_seconds");
    }

    private static String couchbase(String credentials) {
        return "{\"user-provided\":[{\"name\":\"my-couchbase\",\"label\":\"user-provided\",\"tags\":[],\"credentials\":" + credentials + "}]}";
    }

    private static ConfigurableApplicationContext start(String... arguments) {
        List<String> all = new ArrayList<>(List.of("--server.port=0", "--server.address=127.0.0.1", "--quipu.meter.url=http://127.0.0.1:1",
                "--logging.level.root=error"));
        all.addAll(List.of(arguments));
        return CollectorApplication.application().run(all.toArray(String[]::new));
    }

    private static HttpResponse<String> post(ConfigurableApplicationContext collector, String dedupId) throws Exception {
        long now = System.currentTimeMillis();
        String usage = "{\"start\":" + now + ",\"end\":" + now + ",\"organization_id\":\"org\",\"space_id\":\"space\",\"consumer_id\":\"app:a\","
                + "\"resource_id\":\"object-storage\",\"plan_id\":\"basic\",\"resource_instance_id\":\"i\",\"dedup_id\":\"" + dedupId + "\","
                + "\"measured_usage\":[{\"measure\":\"heavy_api_calls\",\"quantity\":1}]}";
        URI to = URI.create("http://127.0.0.1:" + collector.getEnvironment().getProperty("local.server.port") + Stack.USAGE);
        return HttpClient.newHttpClient().send(HttpRequest.newBuilder(to).header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(usage)).build(), HttpResponse.BodyHandlers.ofString());
    }

    /** What a process says that does not start. */
    private String refused(Map<String, String> environment, String... arguments) throws Exception {
        Path output = directory.resolve("output");
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp", System.getProperty("java.class.path"), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx128m",
                CollectorApplication.class.getName(), "--server.port=0", "--server.address=127.0.0.1"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        String said = Files.readString(output, StandardCharsets.UTF_8);
        assertThat(process.exitValue()).as(said).isNotZero();
        assertThat(said.lines().filter(line -> line.startsWith("\tat "))).as("no stack trace").isEmpty();
        return said;
    }
}
