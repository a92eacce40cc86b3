package io.quipu.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quipu.common.wire.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
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
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/** Zipkin itself, as its makers publish it, in a process of its own on a free port; keeps spans in memory. */
final class ZipkinServer implements AutoCloseable {

    private static final Path JAR = Path.of("target", "zipkin", "zipkin.jar");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final int port;
    private final Process process;

    /** Starts it; its output goes to a file. */
    ZipkinServer(Path output) throws IOException {
        assertThat(JAR).as("the Maven build puts it there").exists();
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-jar", JAR.toString(),
                "--server.port=" + port, "--armeria.ports[0].port=" + port, "--armeria.ports[0].protocols[0]=http");
        builder.environment().put("STORAGE_TYPE", "mem");
        builder.environment().put("QUERY_PORT", Integer.toString(port));
        process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
        try {
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(100)).until(() -> {
                if (!process.isAlive()) {
                    throw new AssertionError("Zipkin has ended:\n" + Files.readString(output));
                }
                return healthy();
            });
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    private boolean healthy() throws IOException {
        try {
            return get("/health").statusCode() == 200;
        } catch (ConnectException e) {
            return false;
        }
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    /** The spans of a trace that have come so far. */
    List<JsonNode> spans(String traceId) {
        try {
            HttpResponse<String> answer = get("/api/v2/trace/" + traceId);
            List<JsonNode> spans = new ArrayList<>();
            if (answer.statusCode() == 200) {
                Json.shared().readTree(answer.body()).forEach(spans::add);
            }
            return spans;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private HttpResponse<String> get(String path) throws IOException {
        try {
            return http.send(HttpRequest.newBuilder(URI.create(url() + path)).timeout(PATIENCE).build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
