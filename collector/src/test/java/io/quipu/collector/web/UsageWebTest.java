package io.quipu.collector.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quipu.collector.intake.DispositionSource;
import io.quipu.collector.intake.FakeLog;
import io.quipu.collector.intake.FakeMarks;
import io.quipu.collector.intake.Samples;
import io.quipu.collector.intake.SnapshotProgress;
import io.quipu.collector.intake.TermsSource;
import io.quipu.collector.log.LogProgress;
import io.quipu.collector.log.LogUnavailableException;
import io.quipu.common.running.Reconciled;
import io.quipu.common.service.ServiceConfiguration;
import io.quipu.common.time.Lateness;
import io.quipu.common.wire.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The usage endpoints on a real server. */
class UsageWebTest {

    private static final String USAGE = "/v1/metering/collected/usage";
    private static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static ConfigurableApplicationContext application;
    private static int port;
    private static FakeLog log;
    private static FakeMarks marks;

    private int storedBefore;

    /** As the collector will be put together, with a log and marks in memory. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import({UsageConfiguration.class, ServiceConfiguration.class})
    static class Application {

        @Bean
        FakeLog log() {
            return new FakeLog(Samples.NOW);
        }

        @Bean
        FakeMarks marks() {
            return new FakeMarks();
        }

        @Bean
        TermsSource terms() {
            return Samples.TERMS;
        }

        @Bean
        DispositionSource dispositions() {
            return (partition, position) -> Optional.of(
                    new DispositionSource.Disposition("rejected", "formula", "it failed", null));
        }

        @Bean
        LogProgress progress(FakeLog log) {
            return log.progress();
        }

        @Bean
        SnapshotProgress.Figures figures() {
            return query -> new Reconciled.Counts(1, 2, 3, 4);
        }

        @Bean
        Lateness lateness() {
            return new Lateness(Duration.ofHours(48), Duration.ofMinutes(10));
        }

        @Bean
        Clock clock() {
            return Clock.fixed(Instant.ofEpochMilli(Samples.NOW), ZoneOffset.UTC);
        }

        @Bean
        MeterRegistry meters() {
            return new SimpleMeterRegistry();
        }
    }

    @BeforeAll
    static void start() {
        application = start("--server.port=0");
        port = port(application);
        log = application.getBean(FakeLog.class);
        marks = application.getBean(FakeMarks.class);
    }

    @AfterAll
    static void stop() {
        application.close();
    }

    @BeforeEach
    void count() {
        log.recover();
        marks.away(false);
        storedBefore = log.stored().size();
    }

    static List<String> awkwardIds() {
        return List.of("a/b", "//", "/", "%", "%25", "%2F", "a%2Fb", ";", "a;b=c", ".", "..", "...", "../..", "\\", "\\..\\",
                "=", "?", "#", "&", "+", " ", "~", "\"<>|^`{}", "ä", "日本", "\uD83D\uDE00", "x".repeat(1024),
                "日".repeat(1024), "%".repeat(66), ".%2e", "%2e%2e", "app:c1");
    }

    @ParameterizedTest
    @MethodSource("awkwardIds")
    void whateverPostAcceptsIsFoundAtItsLocation(String id) throws Exception {
        ObjectNode usage = Samples.usage(id);
        for (String member : List.of("space_id", "consumer_id", "resource_id", "plan_id", "resource_instance_id")) {
            usage.put(member, id);
        }
        HttpResponse<String> accepted = post(usage.toString());
        assertThat(accepted.statusCode()).isEqualTo(202);
        String location = accepted.headers().firstValue("Location").orElseThrow();
        JsonNode body = json(accepted);
        assertThat(body.get("status").stringValue()).isEqualTo("accepted");
        assertThat(body.get("location").stringValue()).isEqualTo(location);
        assertThat(body.size()).isEqualTo(2);

        HttpResponse<String> found = get(location);
        assertThat(found.statusCode()).as(location).isEqualTo(200);
        JsonNode document = json(found);
        for (String member : List.of("organization_id", "space_id", "consumer_id", "resource_id", "plan_id",
                "resource_instance_id")) {
            assertThat(document.get(member).stringValue()).isEqualTo(id);
        }
        assertThat(document.get("start").longValue()).isEqualTo(Samples.NOW - 600_000);
        assertThat(document.get("end").longValue()).isEqualTo(Samples.NOW);
        assertThat(document.get("dedup_id").stringValue()).isEqualTo("d1");
        assertThat(document.get("measured_usage").get(1).toString())
                .isEqualTo("{\"measure\":\"light_api_calls\",\"quantity\":1000}");
        assertThat(document.get("accepted_at").stringValue()).isEqualTo("2026-11-21T12:00:00Z");
        assertThat(document.get("pin").get("account_id").stringValue()).isEqualTo("a1");
        assertThat(document.get("disposition").toString())
                .isEqualTo("{\"status\":\"rejected\",\"code\":\"formula\",\"reason\":\"it failed\"}");
        // what Abacus's clients read
        assertThat(document.get("error").toString()).isEqualTo("{\"error\":\"formula\",\"reason\":\"it failed\"}");
    }

    /** Scenario S17: what Abacus's renewer does with the usage of last month. */
    @Test
    void whatWasReadCanBeSentAgainWithAnotherTime() throws Exception {
        String location = post(Samples.usage("renewed").toString()).headers().firstValue("Location").orElseThrow();
        ObjectNode read = (ObjectNode) json(get(location));
        HttpResponse<String> again = post(read.put("start", Samples.NOW).toString());
        assertThat(again.statusCode()).as(again.body()).isEqualTo(202);
        assertThat(json(again).get("status").stringValue()).isEqualTo("accepted");
        assertThat(post(read.put("noted", true).toString()).statusCode()).isEqualTo(400);
    }

    @Test
    void aLocationOfOtherIdsIsNotFound() throws Exception {
        String location = post(Samples.usage("o1").toString()).headers().firstValue("Location").orElseThrow();
        for (String other : List.of(location.replace("/s1/", "/s2/"), location.replace("/o1/", "/o2/"), location + "0000",
                location.replace("app:c1", "app:c1%2F"), location + "/x", USAGE + "/t/1/k/o1/3-1", USAGE + "/t/",
                location.replace("/s1/", "//"), location + ";a=b")) {
            assertProblem(get(other), 404, "usage_not_found");
        }
        assertProblem(get(location.replace("/s1/", "/%C3/")), 400, "bad_request");
        assertProblem(get(location.replace("/s1/", "/%00/")), 400, "bad_request");
    }

    @Test
    void aTrimmedUsageIsGone() throws Exception {
        String location = post(Samples.usage("trimmed").toString()).headers().firstValue("Location").orElseThrow();
        log.trim(log.partition("trimmed"), 1_000);
        assertProblem(get(location), 410, "trimmed");
    }

    @Test
    void aSingleRefusalIsAProblemWithItsOwnStatus() throws Exception {
        ObjectNode usage = Samples.usage("o1");
        JsonNode invalid = assertProblem(post(usage.deepCopy().put("start", "x").put("plan_id", "").toString()), 400,
                "invalid");
        assertThat(invalid.get("invalid_parameters").get(0).get("field").stringValue()).isEqualTo("start");
        assertThat(invalid.get("invalid_parameters").get(1).get("rule").stringValue()).isEqualTo("min_length");
        // what Abacus's clients read
        assertThat(invalid.get("name").stringValue()).isEqualTo("Invalid usage: invalid schema");
        assertThat(invalid.get("message").get(1).get("field").stringValue()).isEqualTo("plan_id");
        assertThat(invalid.get("message").get(1).get("message").stringValue()).contains("empty");
        assertProblem(post(Samples.usage("nobody").toString()), 404, "organization_not_found");
        assertProblem(post(usage.deepCopy().put("plan_id", "unknown-plan").toString()), 422, "plan_not_found");
        assertProblem(post(usage.deepCopy().put("start", 0).put("end", 0).toString()), 409, "slack");
        assertProblem(post(usage.deepCopy().put("end", Samples.NOW + 600_001).toString()), 400, "future");
        assertNothingStored();
    }

    @Test
    void duplicatesAndConflictsNameTheFirst() throws Exception {
        ObjectNode usage = Samples.usage("twice");
        String first = post(usage.toString()).headers().firstValue("Location").orElseThrow();
        log.stored().stream().filter(stored -> stored.origin().organizationId().equals("twice"))
                .forEach(stored -> marks.mark(stored, position(first)));
        HttpResponse<String> again = post(usage.toString());
        assertThat(again.statusCode()).isEqualTo(202);
        assertThat(again.headers().firstValue("Location")).contains(first);
        assertThat(json(again).get("status").stringValue()).isEqualTo("duplicate");
        usage.putArray("measured_usage");
        JsonNode conflict = assertProblem(post(usage.toString()), 409, "conflict");
        assertThat(conflict.get("location").stringValue()).isEqualTo(first);
    }

    @Test
    void anArrayIsAnsweredByAnArray() throws Exception {
        String good = Samples.usage("array-1").toString();
        String other = Samples.usage("array-2").toString();
        HttpResponse<String> all = post("[" + good + "," + other + "," + good + "]");
        assertThat(all.statusCode()).isEqualTo(202);
        assertThat(statuses(all)).containsExactly("0 accepted", "1 accepted", "2 duplicate");

        HttpResponse<String> mixed = post("[{},7," + Samples.usage("array-3") + "," + Samples.usage("nobody") + "]");
        assertThat(mixed.statusCode()).isEqualTo(207);
        assertThat(statuses(mixed)).containsExactly("0 rejected", "1 rejected", "2 accepted", "3 rejected");
        JsonNode first = json(mixed).get(0);
        assertThat(first.get("code").stringValue()).isEqualTo("invalid");
        assertThat(first.get("detail").stringValue()).isNotEmpty();
        assertThat(first.get("invalid_parameters").size()).isEqualTo(8);
        assertThat(first.has("retry")).isFalse();

        HttpResponse<String> none = post("[{},7]");
        assertThat(none.statusCode()).isEqualTo(400);
        assertThat(none.headers().firstValue("Content-Type").orElseThrow()).startsWith("application/json");
        assertThat(statuses(none)).containsExactly("0 rejected", "1 rejected");

        HttpResponse<String> empty = post("[]");
        assertThat(empty.statusCode()).isEqualTo(202);
        assertThat(empty.body()).isEqualTo("[]");
    }

    @Test
    void theOldFormOfABatchIsAnsweredLikeAnArray() throws Exception {
        String array = "[" + Samples.usage("batch-1") + ",{}," + Samples.usage("nobody") + "]";
        HttpResponse<String> mixed = post("{\"usage\":" + array + "}");
        assertThat(mixed.statusCode()).isEqualTo(207);
        assertThat(statuses(mixed)).containsExactly("0 accepted", "1 rejected", "2 rejected");
        HttpResponse<String> empty = post("{\"usage\":[]}");
        assertThat(empty.statusCode() + empty.body()).isEqualTo("202[]");
        count();
        JsonNode refused = assertProblem(post("{\"usage\":" + array.replace("batch-1", "batch-2") + ",\"more\":1}"), 400, "invalid");
        assertThat(refused.get("invalid_parameters").get(0).get("field").stringValue()).isEqualTo("more");
        assertNothingStored();
    }

    @Test
    void whatThePartitionsCannotTakeNowIsWorthARetry() throws Exception {
        log.fail(log.partition("retry"), new LogUnavailableException("backlog_full", "full", Duration.ofSeconds(9)));
        HttpResponse<String> single = post(Samples.usage("retry").toString());
        assertProblem(single, 503, "backlog_full");
        assertThat(single.headers().firstValue("Retry-After")).contains("9");
        HttpResponse<String> whole = post("[" + Samples.usage("retry") + ",{}]");
        assertProblem(whole, 503, "backlog_full");
        assertThat(whole.headers().firstValue("Retry-After")).contains("9");
        assertNothingStored();

        String elsewhere = IntStream.range(0, 10).mapToObj(i -> "elsewhere-" + i)
                .filter(id -> log.partition(id) != log.partition("retry")).findFirst().orElseThrow();
        HttpResponse<String> part = post("[" + Samples.usage("retry") + "," + Samples.usage(elsewhere) + "]");
        assertThat(part.statusCode()).isEqualTo(207);
        assertThat(json(part).get(0).get("retry").booleanValue()).isTrue();
        assertThat(json(part).get(0).get("code").stringValue()).isEqualTo("backlog_full");
        assertThat(json(part).get(1).get("status").stringValue()).isEqualTo("accepted");

        marks.away(true);
        HttpResponse<String> away = post(Samples.usage("o1").toString());
        assertProblem(away, 503, "store_unavailable");
        assertThat(away.headers().firstValue("Retry-After")).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[{]", "nonsense", "{\"start\":NaN}", "\uD83D\uDE00", "{} {}", "\u0000"})
    void brokenJsonIsRefusedWithItsPosition(String body) throws Exception {
        JsonNode problem = assertProblem(post(body), 400, "malformed");
        assertThat(problem.get("detail").stringValue()).containsPattern("line \\d+, column \\d+");
        assertNothingStored();
    }

    @Test
    void echoesOfWhatCannotBeWrittenDoNoHarm() throws Exception {
        assertProblem(post("{\"\\ud800\\u0000\":1,\"plan_id\":\"\\udc00\"}"), 400, "invalid");
        assertThat(post("[{\"\\ud800\\u0000\":1}]").statusCode()).isEqualTo(400);
        assertProblem(post("\"\\ud800\""), 400, "invalid");
        assertNothingStored();
    }

    @Test
    void theLargestBatchFitsAndMoreDoesNot() throws Exception {
        String batch = IntStream.range(0, 1_000).mapToObj(i -> Samples.usage("batch").put("dedup_id", "d" + i)
                .put("region", "r".repeat(250)).toString()).collect(Collectors.joining(",", "[", "]"));
        assertThat(batch).hasSizeGreaterThan(600_000);
        HttpResponse<String> accepted = post(batch);
        assertThat(accepted.statusCode()).isEqualTo(202);
        assertThat(json(accepted).size()).isEqualTo(1_000);
        int stored = log.stored().size();
        assertProblem(post("[" + "{},".repeat(1_000) + "{}]"), 413, "too_many_usages");
        assertThat(log.stored()).hasSize(stored);
    }

    @Test
    void aBodyAboveTheLimitIsRefusedWithAndWithoutItsLength() throws Exception {
        int limit = 2 * 1024 * 1024;
        String usage = Samples.usage("large").toString();
        byte[] fits = (usage + " ".repeat(limit - usage.length())).getBytes(StandardCharsets.US_ASCII);
        byte[] tooLarge = (usage + " ".repeat(limit + 1 - usage.length())).getBytes(StandardCharsets.US_ASCII);
        for (boolean chunked : List.of(false, true)) {
            assertThat(post(publisher(fits, chunked)).statusCode()).isEqualTo(202);
            storedBefore = log.stored().size();
            assertProblem(post(publisher(tooLarge, chunked)), 413, "body_too_large");
            assertProblem(post(publisher(new byte[3 * limit], chunked)), 413, "body_too_large");
            assertNothingStored();
        }
    }

    @Test
    void anIncompleteBodyStoresNothing() throws Exception {
        for (String request : List.of("Content-Length: 5000\r\n\r\n{}", "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}",
                "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"a\":")) {
            try (Socket socket = new Socket("127.0.0.1", port)) {
                OutputStream out = socket.getOutputStream();
                out.write(("POST " + USAGE + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" + request)
                        .getBytes(StandardCharsets.US_ASCII));
                out.flush();
                socket.shutdownOutput();
                String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(answer).as(request).startsWith("HTTP/1.1 400")
                        .contains("application/problem+json", "\"instance\":\"" + USAGE + "\"");
            }
        }
        assertNothingStored();
    }

    @Test
    void otherTypesMethodsAndPathsAreProblemsToo() throws Exception {
        for (String type : List.of("text/plain", "application/xml", "application/x-www-form-urlencoded",
                "application/x-ndjson", "application/cloudevents+json", "multipart/form-data; boundary=x", "nonsense")) {
            assertProblem(send("POST", USAGE, BodyPublishers.ofString("{}"), "Content-Type", type), 415,
                    "unsupported_media_type");
        }
        HttpResponse<String> text = send("POST", USAGE, BodyPublishers.ofString("{}"), "Content-Type", "text/plain");
        assertThat(assertProblem(text, 415, "unsupported_media_type").get("detail").stringValue())
                .isEqualTo("Content-Type 'text/plain' is not supported.");
        assertThat(text.headers().firstValue("Accept")).contains("application/json");
        assertProblem(send("POST", USAGE, BodyPublishers.ofString("{}")), 415, "unsupported_media_type");
        assertProblem(send("POST", USAGE, BodyPublishers.ofString("{}"), "Content-Type", "application/json",
                "Content-Encoding", "gzip"), 415, "unsupported_encoding");
        assertProblem(send("POST", USAGE, BodyPublishers.ofString("{}"), "Content-Type", "application/json", "Accept",
                "text/html"), 406, "not_acceptable");
        HttpResponse<String> put = send("PUT", USAGE, BodyPublishers.ofString("{}"), "Content-Type", "application/json");
        assertProblem(put, 405, "method_not_allowed");
        assertThat(put.headers().firstValue("Allow")).contains("POST");
        assertProblem(get(USAGE), 405, "method_not_allowed");
        HttpResponse<String> options = send("OPTIONS", USAGE, BodyPublishers.noBody());
        assertThat(options.statusCode()).isEqualTo(200);
        assertThat(options.headers().firstValue("Allow")).contains("POST, OPTIONS");
        assertProblem(send("DELETE", USAGE + "/t/1/k/x", BodyPublishers.noBody()), 405, "method_not_allowed");
        assertProblem(get("/v1/metering/collected/nothing"), 404, "not_found");
        assertThat(send("POST", USAGE, BodyPublishers.ofString(Samples.usage("charset").toString()), "Content-Type",
                "application/json; charset=utf-8", "Accept", "text/html, application/*;q=0.5").statusCode()).isEqualTo(202);
    }

    @Test
    void resultsAreCountedByCode() throws Exception {
        MeterRegistry meters = application.getBean(MeterRegistry.class);
        double acceptedBefore = counted(meters, "accepted", "none");
        double slackBefore = counted(meters, "rejected", "slack");
        double malformedBefore = counted(meters, "rejected", "malformed");
        post("[" + Samples.usage("m1") + "," + Samples.usage("m2") + ","
                + Samples.usage("m1").put("start", 0).put("end", 0) + "]");
        post("{");
        assertThat(counted(meters, "accepted", "none") - acceptedBefore).isEqualTo(2);
        assertThat(counted(meters, "rejected", "slack") - slackBefore).isEqualTo(1);
        assertThat(counted(meters, "rejected", "malformed") - malformedBefore).isEqualTo(1);
        assertThat(meters.get("quipu.collector.request.size").summary().count()).isPositive();
    }

    @Test
    void moreRequestsThanTheLimitAreRefusedForNow() throws Exception {
        try (ConfigurableApplicationContext small = start("--server.port=0", "--quipu.max-in-flight=1");
                Socket slow = new Socket("127.0.0.1", port(small))) {
            slow.setSoTimeout(10_000);
            // one request is under way as soon as its headers are read: it is answered 100 when its body is asked for
            slow.getOutputStream().write(("POST " + USAGE + " HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
                    + "Content-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            InputStream answer = slow.getInputStream();
            assertThat(new String(answer.readNBytes(12), StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 100");
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port(small) + USAGE))
                    .header("Content-Type", "application/json").POST(BodyPublishers.ofString("[]")).build();
            HttpResponse<String> refused = CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
            assertProblem(refused, 503, "overloaded");
            assertThat(refused.headers().firstValue("Retry-After")).contains("1");
            slow.getOutputStream().write("[]".getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(answer.readAllBytes(), StandardCharsets.US_ASCII)).contains("HTTP/1.1 202");
            assertThat(CLIENT.send(request, HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(202);
        }
    }

    private static ConfigurableApplicationContext start(String... arguments) {
        return SpringApplication.run(Application.class, arguments);
    }

    private static int port(ConfigurableApplicationContext context) {
        return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    private static double counted(MeterRegistry meters, String result, String code) {
        return meters.counter("quipu.collector.usages", "result", result, "code", code).count();
    }

    private void assertNothingStored() {
        assertThat(log.stored()).hasSize(storedBefore);
    }

    private static JsonNode assertProblem(HttpResponse<String> response, int status, String code) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
        JsonNode problem = json(response);
        assertThat(problem.get("code").stringValue()).isEqualTo(code);
        assertThat(problem.get("error").stringValue()).isEqualTo(code);
        assertThat(problem.get("status").intValue()).isEqualTo(status);
        assertThat(problem.get("detail").stringValue()).isNotEmpty();
        return problem;
    }

    private static List<String> statuses(HttpResponse<String> response) {
        List<String> statuses = new ArrayList<>();
        json(response).forEach(item -> statuses.add(item.get("index").intValue() + " " + item.get("status").stringValue()));
        return statuses;
    }

    private static long position(String location) {
        return Long.parseLong(location.substring(location.lastIndexOf('-') + 1));
    }

    private static JsonNode json(HttpResponse<String> response) {
        return Json.shared().readTree(response.body());
    }

    private static BodyPublisher publisher(byte[] body, boolean chunked) {
        return chunked ? BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body))
                : BodyPublishers.ofByteArray(body);
    }

    private static HttpResponse<String> post(String body) throws IOException, InterruptedException {
        return post(BodyPublishers.ofString(body));
    }

    private static HttpResponse<String> post(BodyPublisher body) throws IOException, InterruptedException {
        return send("POST", USAGE, body, "Content-Type", "application/json");
    }

    private static HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send("GET", path, BodyPublishers.noBody());
    }

    private static HttpResponse<String> send(String method, String path, BodyPublisher body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(20)).method(method, body);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
