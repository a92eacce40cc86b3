package io.quipu.accumulator.web;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import io.micrometer.core.instrument.MeterRegistry;
import io.quipu.accumulator.AccumulatorApplication;
import io.quipu.common.plan.MeteringPlan;
import io.quipu.common.plan.PlanVersion;
import io.quipu.common.plan.PricingPlan;
import io.quipu.common.plan.RatingPlan;
import io.quipu.common.quantity.Value;
import io.quipu.common.stage.Batch;
import io.quipu.common.stage.BatchAnswer;
import io.quipu.common.stage.BatchAnswers;
import io.quipu.common.stage.Batches;
import io.quipu.common.store.StoreMetrics;
import io.quipu.common.usage.MeteredQuantity;
import io.quipu.common.usage.MeteredUsage;
import io.quipu.common.usage.Origin;
import io.quipu.common.usage.Pin;
import io.quipu.common.usage.Rejection;
import io.quipu.common.wire.Json;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;

/** The whole service over HTTP, with an aggregator that answers what it is told to. */
@SpringBootTest(classes = AccumulatorApplication.class, webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {"spring.config.name=accumulator", "quipu.store=memory", "quipu.retention.instances=0"})
class AccumulatorControllerTest {

    @RegisterExtension
    static final WireMockExtension AGGREGATOR = WireMockExtension.newInstance()
            .options(options().dynamicPort().http2PlainDisabled(true)).build();

    private static final String BELOW = "/v1/metering/accumulated/usage/batches";
    private static final String ONE = "/v1/metering/metered/usage/batch";
    private static final String SEVERAL = "/v1/metering/metered/usage/batches";
    private static final long NOON = 1_795_262_400_000L;
    private static final PlanVersion PLAN = new PlanVersion("basic",
            new MeteringPlan("m", List.of(new MeteringPlan.Measure("calls", "CALL")),
                    List.of(new MeteringPlan.Metric("calls", "CALL", null, null, null))),
            new RatingPlan("r", List.of()), new PricingPlan("p", List.of()));

    @LocalServerPort
    private int port;
    @Autowired
    private MeterRegistry meters;
    private final HttpClient http = HttpClient.newHttpClient();

    @DynamicPropertySource
    static void properties(DynamicPropertyRegistry registry) {
        registry.add("quipu.aggregator.url", AGGREGATOR::baseUrl);
    }

    private static MeteredUsage usage(String organization, long position) {
        return new MeteredUsage(position, NOON, new Origin(organization, "s", "c", "db", "basic", "i", NOON, NOON),
                new Pin("1234", "USA", "USD", "db", Json.id(PLAN)),
                List.of(new MeteredQuantity("calls", Value.of(BigDecimal.ONE))));
    }

    /** The usages of an organization that follow the cursor, up to a position, inclusive. */
    private static Batch<MeteredUsage> batch(int partition, String organization, long cursor, long to) {
        return new Batch<>(partition, cursor, Map.of(Json.id(PLAN), PLAN), LongStream.rangeClosed(cursor + 1, to)
                .mapToObj(position -> usage(organization, position)).toList());
    }

    private static BatchAnswer committed(long to) {
        return new BatchAnswer(to, List.of());
    }

    private static Rejection rejection(long position) {
        return new Rejection(position, "aggregator", "too_many_plans", "limit");
    }

    /** What the aggregator answers to the calls that follow, each in turn. */
    private static void answers(BatchAnswers... calls) {
        AGGREGATOR.resetAll();
        for (int i = 0; i < calls.length; i++) {
            AGGREGATOR.stubFor(post(BELOW).inScenario("calls").whenScenarioStateIs(i == 0 ? Scenario.STARTED : "call " + i)
                    .willSetStateTo("call " + (i + 1))
                    .willReturn(okJson(new String(Json.write(calls[i]), StandardCharsets.UTF_8))));
        }
    }

    private static BatchAnswers call(BatchAnswer... answers) {
        return new BatchAnswers(List.of(answers));
    }

    private static List<JsonNode> sent() {
        return AGGREGATOR.findAll(postRequestedFor(urlEqualTo(BELOW))).stream()
                .map(request -> Json.shared().readTree(request.getBody())).toList();
    }

    private HttpResponse<String> postText(String path, String body) throws Exception {
        return http.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> postJson(String path, Object body) throws Exception {
        return postText(path, new String(Json.write(body), StandardCharsets.UTF_8));
    }

    /** The quantity of an organization's one instance in the month; null when there is no document. */
    private BigDecimal counted(String organization) throws Exception {
        List<String> lines = postJson("/v1/metering/accumulated/usage/instances", Map.of("organization_id", organization,
                "space_id", "s", "consumer_ids", List.of("c"), "windows", List.of("2026-11"))).body().lines().toList();
        assertThat(lines).last().isEqualTo("{\"end\":true}");
        return lines.size() == 1 ? null
                : Json.shared().readTree(lines.get(0)).at("/documents/0/metrics/0/state").decimalValue();
    }

    private double stored() {
        return meters.get(StoreMetrics.WRITES).counter().count();
    }

    private static void assertProblem(HttpResponse<String> answer, int status, String code, String detail) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        JsonNode problem = Json.shared().readTree(answer.body());
        assertThat(problem.at("/code").stringValue()).isEqualTo(code);
        assertThat(problem.at("/detail").stringValue()).contains(detail);
    }

    @Test
    void oneBatchIsAnsweredWithTheLastPositionAndWhatWasRejected() throws Exception {
        answers(call(committed(1)));
        HttpResponse<String> answer = postJson(ONE, batch(0, "one", -1, 1));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"committed_to\":1,\"rejected\":[]}");
        assertThat(counted("one")).isEqualByComparingTo("2");
        assertThat(sent()).singleElement().satisfies(body -> {
            assertThat(body.at("/batches")).hasSize(1);
            assertThat(body.at("/batches/0/cursor").longValue()).isEqualTo(-1);
            assertThat(body.at("/plans")).hasSize(1);
        });

        answers(call(new BatchAnswer(3, List.of(rejection(3)))), call(committed(3)));
        answer = postJson(ONE, batch(0, "one", 1, 3));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"committed_to\":3,\"rejected\":[{\"position\":3,\"stage\":\"aggregator\","
                + "\"code\":\"too_many_plans\",\"reason\":\"limit\"}]}");
        assertThat(sent()).hasSize(2).last().satisfies(body -> assertThat(body.at("/batches/0/usage/1/rejection/code")
                .stringValue()).isEqualTo("too_many_plans"));
        assertThat(counted("one")).isEqualByComparingTo("3");
    }

    @Test
    void oneStaleBatchIsAConflictWhoeverFindsIt() throws Exception {
        answers(call(committed(1)), call(committed(2)));
        postJson(ONE, batch(0, "stale", -1, 1));
        postJson(ONE, batch(0, "stale", 1, 2));
        assertProblem(postJson(ONE, batch(0, "stale", 0, 3)), 409, "stale", "above the batch's cursor 0");
        assertThat(sent()).as("what is stale here is not sent").hasSize(2);
        assertThat(counted("stale")).isEqualByComparingTo("3");

        answers(call(new BatchAnswer(-1, List.of(), "old below")));
        assertProblem(postJson(ONE, batch(1, "stale-below", -1, 1)), 409, "stale", "old below");
        assertThat(counted("stale-below")).isNull();
    }

    @Test
    void severalBatchesAreAnsweredEachInTheOrderInWhichTheyCame() throws Exception {
        answers(call(committed(1)), call(committed(2)));
        postJson(ONE, batch(0, "late", -1, 1));
        postJson(ONE, batch(0, "late", 1, 2));
        answers(call(new BatchAnswer(-1, List.of(), "old below"), committed(4), new BatchAnswer(2, List.of(rejection(1)))),
                call(committed(2)));

        HttpResponse<String> answer = postJson(SEVERAL, Batches.of(List.of(batch(9, "old", -1, 1), batch(2, "fine", -1, 4),
                batch(0, "late", 0, 3), batch(7, "partly", -1, 2))));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        List<BatchAnswer> answers = Json.shared().readValue(answer.body(), BatchAnswers.class).answers();
        assertThat(answers).hasSize(4);
        assertThat(answers.get(0)).isEqualTo(new BatchAnswer(-1, List.of(), "old below"));
        assertThat(answers.get(1)).isEqualTo(committed(4));
        assertThat(answers.get(2).committedTo()).isZero();
        assertThat(answers.get(2).stale()).contains("above the batch's cursor 0");
        assertThat(answers.get(3)).isEqualTo(new BatchAnswer(2, List.of(rejection(1))));
        assertThat(Json.shared().readTree(answer.body()).at("/answers/1").has("stale")).as("only where it is").isFalse();
        assertThat(sent()).extracting(body -> body.at("/batches").valueStream()
                        .map(sent -> sent.at("/partition").intValue()).toList())
                .containsExactly(List.of(9, 2, 7), List.of(7));
        assertThat(counted("old")).isNull();
        assertThat(counted("fine")).isEqualByComparingTo("5");
        assertThat(counted("late")).isEqualByComparingTo("3");
        assertThat(counted("partly")).isEqualByComparingTo("2");
    }

    @Test
    void severalBatchesAreUnavailableTogetherWhenTheAggregatorIs() throws Exception {
        answers();
        AGGREGATOR.stubFor(post(BELOW).willReturn(aResponse()
                .withStatus(503).withHeader("Retry-After", "7")));
        Batches<MeteredUsage> batches = Batches.of(List.of(batch(0, "away", -1, 1), batch(1, "away too", -1, 1)));
        HttpResponse<String> answer = postJson(SEVERAL, batches);
        assertProblem(answer, 503, "aggregator_unavailable", "503");
        assertThat(answer.headers().firstValue("Retry-After")).contains("7");

        // An answer of another number of batches belongs to another request.
        answers(call(committed(1)));
        assertProblem(postJson(SEVERAL, batches), 503, "aggregator_unavailable", "answered 1 batches, sent were 2");
        assertThat(counted("away")).isNull();
    }

    @Test
    void asManyBatchesAndUsagesAsTheLimitsAllowAreFoldedAndOneMoreIsRefused() throws Exception {
        List<Batch<MeteredUsage>> most = new ArrayList<>();
        for (int partition = 0; partition < Batches.MAX_BATCHES; partition++) {
            most.add(batch(partition, "many " + partition, -1, 0));
        }
        answers(new BatchAnswers(most.stream().map(batch -> committed(0)).toList()));
        HttpResponse<String> answer = postJson(SEVERAL, Batches.of(most));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(counted("many 255")).isEqualByComparingTo("1");

        answers(call(committed(499), committed(499)));
        answer = postJson(SEVERAL, Batches.of(List.of(batch(0, "full", -1, 499), batch(1, "full too", -1, 499))));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(counted("full too")).isEqualByComparingTo("500");

        most.add(batch(256, "one more", -1, 0));
        assertRefused(Batches.of(most), "there are 257 of them, the limit is 256");
        assertRefused(Batches.of(List.of(batch(0, "a", -1, 499), batch(1, "b", -1, 499), batch(2, "c", -1, 0))),
                "they hold more than 1000 usages");
        assertRefused(Batches.of(List.of(batch(0, "a", -1, 0), batch(1, "b", -1, 500))),
                "it holds 501 usages, the limit is 500");
    }

    @Test
    void aPartitionOrAnOrganizationInTwoBatchesIsRefused() throws Exception {
        assertRefused(Batches.of(List.of(batch(3, "a", -1, 1), batch(4, "b", -1, 1), batch(3, "c", -1, 1))),
                "partition 3 stands in two of them");
        assertRefused(Batches.of(List.of(batch(3, "a", -1, 1), batch(4, "b", -1, 1), batch(200, "a", 1, 2))),
                "organization a stands in partitions 3 and 200");
    }

    @Test
    void oneBatchThatBreaksTheRulesIsRefusedWithTheOthers() throws Exception {
        Batch<MeteredUsage> good = batch(0, "a", -1, 1);
        assertRefused(Batches.of(List.of(good, new Batch<>(1, 5, good.plans(), List.of(usage("b", 5))))),
                "position 5 does not come after 5");
        assertRefused(new Batches<>(Map.of(), Batches.of(List.of(good)).batches()), "is missing");
        assertRefused(new Batches<>(Map.of(Json.id(PLAN), PLAN, "another", PLAN), Batches.of(List.of(good)).batches()),
                "plan another is not what its id is the hash of");
        double before = stored();
        for (String malformed : List.of("{}", "{\"plans\":{}}", "{\"plans\":{},\"batches\":null}",
                "{\"plans\":{},\"batches\":[null]}",
                "{\"plans\":{},\"batches\":[{\"partition\":0,\"cursor\":-1}]}", "[]", "{\"plans\":{},\"batches\":[")) {
            assertProblem(postText(SEVERAL, malformed), 400, "malformed", "");
        }
        assertThat(stored()).isEqualTo(before);
        assertThat(postText(SEVERAL, "{\"plans\":{},\"batches\":[]}").body()).isEqualTo("{\"answers\":[]}");
    }

    private void assertRefused(Batches<MeteredUsage> batches, String rule) throws Exception {
        AGGREGATOR.resetAll();
        double before = stored();
        assertProblem(postJson(SEVERAL, batches), 400, "invalid_batch", rule);
        assertThat(stored()).as("documents written").isEqualTo(before);
        assertThat(sent()).isEmpty();
    }
}
