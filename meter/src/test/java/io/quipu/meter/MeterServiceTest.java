package io.quipu.meter;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static io.quipu.meter.Usages.batch;
import static io.quipu.meter.Usages.usage;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.quipu.common.http.ServiceInstances;
import io.quipu.common.stage.Batch;
import io.quipu.common.stage.BatchAnswer;
import io.quipu.common.stage.BatchAnswers;
import io.quipu.common.stage.Batches;
import io.quipu.common.usage.CollectedUsage;
import io.quipu.common.usage.Origin;
import io.quipu.common.wire.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;

/** The whole service over HTTP, with an accumulator that behaves as it is told. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        useMainMethod = SpringBootTest.UseMainMethod.ALWAYS)
class MeterServiceTest {

    @RegisterExtension
    static final WireMockExtension ACCUMULATOR = WireMockExtension.newInstance()
            .options(options().dynamicPort().http2PlainDisabled(true)).build();

    private static final String BELOW = MeterApplication.ACCUMULATOR_PATH;

    @LocalServerPort
    private int port;
    @Autowired
    private ServiceInstances accumulators;

    private final HttpClient http = HttpClient.newHttpClient();

    @DynamicPropertySource
    static void properties(DynamicPropertyRegistry registry) {
        registry.add("quipu.accumulator.url", ACCUMULATOR::baseUrl);
    }

    @BeforeEach
    void closeCircuits() {
        accumulators.breakers().forEach(CircuitBreaker::reset);
    }

    @Test
    void anAccumulatorThatStaysAwayIsLeftAloneForAWhile() throws Exception {
        answer(aResponse().withStatus(503));
        for (int i = 0; i < 5; i++) {
            assertProblem(send(batch(usage(10, "storage", "1"))), 503, "accumulator_unavailable");
        }
        ACCUMULATOR.resetRequests();
        HttpResponse<String> response = send(batch(usage(10, "storage", "1")));
        assertProblem(response, 503, "accumulator_unavailable", "circuit");
        assertThat(response.headers().firstValue("Retry-After")).contains("1");
        ACCUMULATOR.verify(0, postRequestedFor(urlEqualTo(BELOW)));
    }

    @Test
    void aBatchIsMeteredPassedOnAndAnswered() throws Exception {
        answer(okJson("{\"answers\":[{\"committed_to\":10,\"rejected\":[]}]}"));
        HttpResponse<String> response = send(batch(usage(10, "storage", "1610612736"), usage(11, "writes", "1")));
        assertThat(response.statusCode()).isEqualTo(200);
        BatchAnswer answer = Json.shared().readValue(response.body(), BatchAnswer.class);
        assertThat(answer.committedTo()).isEqualTo(11);
        assertThat(answer.rejected()).singleElement().satisfies(rejection -> {
            assertThat(rejection.position()).isEqualTo(11);
            assertThat(rejection.code()).isEqualTo("metering_failed");
        });
        JsonNode sent = Json.shared().readTree(ACCUMULATOR.findAll(postRequestedFor(urlEqualTo(BELOW))).get(0)
                .getBody());
        assertThat(sent.at("/batches/0/cursor").longValue()).isEqualTo(9);
        assertThat(sent.at("/plans/" + Usages.PLAN + "/plan_id").stringValue()).isEqualTo("basic");
        assertThat(sent.at("/batches/0/usage/0/metered_usage").toString())
                .isEqualTo("[{\"metric\":\"gigabytes\",\"quantity\":1.5}]");
    }

    @Test
    void rejectionsFromBelowComeBack() throws Exception {
        answer(okJson("{\"answers\":[{\"committed_to\":10,\"rejected\":[{\"position\":10,\"stage\":\"aggregator\","
                + "\"code\":\"too_many_plans\",\"reason\":\"limit\"}]}]}"));
        HttpResponse<String> response = send(batch(usage(10, "storage", "1")));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).contains("\"stage\":\"aggregator\"", "\"code\":\"too_many_plans\"");
    }

    @Test
    void anAccumulatorThatIsOverloadedIsUnavailable() throws Exception {
        answer(aResponse().withStatus(503).withHeader("Retry-After", "7"));
        HttpResponse<String> response = send(batch(usage(10, "storage", "1")));
        assertProblem(response, 503, "accumulator_unavailable");
        assertThat(response.headers().firstValue("Retry-After")).contains("7");
    }

    @Test
    void anAccumulatorThatResetsOrBabblesIsUnavailable() throws Exception {
        answer(aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER));
        assertProblem(send(batch(usage(10, "storage", "1"))), 503, "accumulator_unavailable");
        answer(okJson("{\"answers\":[{\"committed_to\":10,\"rej"));
        assertProblem(send(batch(usage(10, "storage", "1"))), 503, "accumulator_unavailable");
    }

    @Test
    void aStaleBatchIsSaidToBeStale() throws Exception {
        answer(okJson("{\"answers\":[{\"committed_to\":9,\"rejected\":[],\"stale\":\"old\"}]}"));
        assertProblem(send(batch(usage(10, "storage", "1"))), 409, "stale");
    }

    @Test
    void batchesOfPartitionsThatComeTogetherGoOnTogetherAndAreAnsweredEach() throws Exception {
        answer(okJson("{\"answers\":[{\"committed_to\":10,\"rejected\":[]},{\"committed_to\":3,\"rejected\":[],\"stale\":\"old\"}]}"));
        Batch<CollectedUsage> first = batch(usage(10, "storage", "1"));
        CollectedUsage other = usage(4, "storage", "1");
        Batch<CollectedUsage> second = new Batch<>(4, 3, first.plans(), List.of(new CollectedUsage(4, other.acceptedAt(),
                new Origin("another", "s", "c", "db", "basic", "i", 0, other.origin().end()), other.pin(),
                other.measuredUsage())));
        HttpResponse<String> response = sendAll(List.of(first, second));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(Json.shared().readValue(response.body(), BatchAnswers.class).answers()).containsExactly(
                new BatchAnswer(10, List.of()), new BatchAnswer(3, List.of(), "old"));
        JsonNode sent = Json.shared().readTree(ACCUMULATOR.findAll(postRequestedFor(urlEqualTo(BELOW))).get(0).getBody());
        assertThat(sent.at("/batches")).hasSize(2);
        assertThat(sent.at("/plans")).as("once").hasSize(1);

        assertProblem(sendAll(List.of(first, first)), 400, "invalid_batch", "partition 3 stands in two");
        assertProblem(sendAll(List.of(first, new Batch<>(4, 3, first.plans(), first.usage()))), 400, "invalid_batch",
                "stands in partitions 3 and 4");
    }

    @Test
    void anAccumulatorThatFailsIsBroken() throws Exception {
        answer(aResponse().withStatus(500).withBody("{\"code\":\"broken\"}"));
        assertProblem(send(batch(usage(10, "storage", "1"))), 500, "broken");
    }

    @Test
    void aBatchThatBreaksTheRulesIsRefusedBeforeAnythingIsSent() throws Exception {
        answer(okJson("{}"));
        assertProblem(send(new Batch<>(3, 9, Map.of(), List.of(usage(10, "storage", "1")))), 400, "invalid_batch");
        assertProblem(send(batch(usage(11, "storage", "1"), usage(10, "storage", "1"))), 400, "invalid_batch");
        assertProblem(send(batch(usage(9, "storage", "1"))), 400, "invalid_batch");
        assertProblem(send("application/json", "{\"partition\":"), 400, "malformed");
        assertProblem(send("application/json", "{\"partition\":1}"), 400, "malformed");
        assertThat(send("text/plain", "x").statusCode()).isEqualTo(415);
        assertThat(ACCUMULATOR.findAll(postRequestedFor(urlEqualTo(BELOW)))).isEmpty();
    }

    @Test
    void healthAndMetricsAreServed() throws Exception {
        assertThat(get("/actuator/health/readiness").statusCode()).isEqualTo(200);
        assertThat(get("/actuator/info").statusCode()).isEqualTo(200);
        assertThat(get("/actuator/prometheus").body()).contains("quipu_stage_usages_total{");
    }

    private static void answer(com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder response) {
        ACCUMULATOR.stubFor(post(BELOW).willReturn(response));
    }

    private static void assertProblem(HttpResponse<String> response, int status, String code) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(Json.shared().readTree(response.body()).at("/code").stringValue()).isEqualTo(code);
    }

    private HttpResponse<String> sendAll(List<Batch<CollectedUsage>> batches) throws IOException, InterruptedException {
        return sendTo("/v1/metering/collected/usage/batches", "application/json",
                new String(Json.write(Batches.of(batches)), StandardCharsets.UTF_8));
    }

    private static void assertProblem(HttpResponse<String> response, int status, String code, String detail) {
        assertProblem(response, status, code);
        assertThat(Json.shared().readTree(response.body()).at("/detail").stringValue()).contains(detail);
    }

    private HttpResponse<String> send(Batch<CollectedUsage> batch) throws IOException, InterruptedException {
        return send("application/json", new String(Json.write(batch), StandardCharsets.UTF_8));
    }

    private HttpResponse<String> send(String type, String body) throws IOException, InterruptedException {
        return sendTo("/v1/metering/collected/usage/batch", type, body);
    }

    private HttpResponse<String> sendTo(String path, String type, String body) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(uri(path)).header("Content-Type", type)
                .POST(HttpRequest.BodyPublishers.ofString(body)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private URI uri(String path) {
        return URI.create("http://localhost:" + port + path);
    }
}
