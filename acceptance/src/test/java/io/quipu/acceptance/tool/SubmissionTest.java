package io.quipu.acceptance.tool;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.quipu.common.wire.Json;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The submission against a collector that answers as it was told to. */
class SubmissionTest {

    private final Deque<Integer> failures = new ArrayDeque<>();
    private final List<Integer> batches = new ArrayList<>();
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/metering/collected/usage", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    /** Fails as often as told; then a usage of the organization "bad" is rejected, of "known" a duplicate. */
    private synchronized void answer(HttpExchange exchange) throws IOException {
        JsonNode usages = Json.shared().readTree(exchange.getRequestBody().readAllBytes());
        if (!failures.isEmpty()) {
            int status = failures.remove();
            exchange.getResponseHeaders().add("Retry-After", "0");
            send(exchange, status, "{\"code\":\"backlog_full\"}");
            return;
        }
        batches.add(usages.size());
        String results = usages.valueStream().map(usage -> switch (usage.path("organization_id").asString()) {
            case "bad" -> "{\"status\":\"rejected\",\"code\":\"plan_not_found\"}";
            case "known" -> "{\"status\":\"duplicate\"}";
            default -> "{\"status\":\"accepted\"}";
        }).collect(Collectors.joining(",", "[", "]"));
        send(exchange, 207, results);
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private Submission submission(int batch, Duration patience) {
        URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        return new Submission(new Services(uri, uri), new Submission.Options(batch, 1, patience, 0, false),
                new PrintStream(printed, true, StandardCharsets.UTF_8));
    }

    private static BufferedReader lines(String... organizations) {
        return new BufferedReader(new StringReader(List.of(organizations).stream()
                .map(organization -> "{\"organization_id\":\"" + organization + "\"}").collect(Collectors.joining("\n"))));
    }

    @Test
    void linesGoInBatchesAndEveryResultIsCounted() throws Exception {
        Submission submission = submission(2, Duration.ofSeconds(5));

        assertThat(submission.submit(lines("good", "bad", "known", "good", "bad"))).isFalse();

        assertThat(batches).containsExactly(2, 2, 1);
        assertThat(submission.summary()).contains("accepted    2").contains("duplicates  1").contains("rejected    2")
                .contains("2 × plan_not_found");
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .endsWith("progress accepted=2 duplicates=1 rejected=2 undelivered=0\n");
    }

    @Test
    void aLineThatIsNoDocumentHarmsNoOther() throws Exception {
        Submission submission = submission(10, Duration.ofSeconds(5));
        String good = "{\"organization_id\":\"good\"}";

        assertThat(submission.submit(new BufferedReader(new StringReader(
                good + "\n{\"broken\n" + good + "," + good + "\n[]\n" + good)))).isFalse();

        assertThat(batches).containsExactly(2);
        assertThat(submission.summary()).contains("accepted    2").contains("rejected    3")
                .contains("line 2: not one JSON document a line").contains("line 3: not one JSON document a line")
                .contains("line 4: not a JSON object");
    }

    @Test
    void whatIsNotTakenNowIsSentAgain() throws Exception {
        failures.addAll(List.of(503, 429, 500));
        Submission submission = submission(10, Duration.ofSeconds(30));

        assertThat(submission.submit(lines("good", "good"))).isTrue();

        assertThat(batches).containsExactly(2);
        assertThat(submission.summary()).contains("accepted    2").contains("undelivered 0");
    }

    @Test
    void withoutPatienceWhatIsNotTakenIsSaidSo() throws Exception {
        failures.addAll(IntStream.range(0, 10).mapToObj(i -> 503).toList());
        Submission submission = submission(10, Duration.ZERO);

        assertThat(submission.submit(lines("good", "good", "good"))).isFalse();

        assertThat(submission.summary()).contains("undelivered 3").contains("3 × not delivered: 503 backlog_full");
    }

    @Test
    void aCollectorThatIsAwayLeavesUsageUndelivered() throws Exception {
        server.stop(0);
        Submission submission = submission(10, Duration.ZERO);

        assertThat(submission.submit(lines("good"))).isFalse();
        assertThat(submission.summary()).contains("undelivered 1").contains("not delivered");
    }
}
