package io.quipu.aggregator.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.aggregator.AggregatorApplication;
import io.quipu.common.plan.MeteringPlan;
import io.quipu.common.plan.PlanVersion;
import io.quipu.common.plan.PricingPlan;
import io.quipu.common.plan.RatingPlan;
import io.quipu.common.quantity.Value;
import io.quipu.common.stage.Batch;
import io.quipu.common.stage.BatchAnswer;
import io.quipu.common.totals.ConsumerWindow;
import io.quipu.common.usage.AccumulatedUsage;
import io.quipu.common.usage.Change;
import io.quipu.common.usage.MetricChange;
import io.quipu.common.usage.Origin;
import io.quipu.common.usage.Pin;
import io.quipu.common.wire.Json;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

@SpringBootTest(classes = AggregatorApplication.class, webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {"spring.config.name=aggregator", "quipu.store=memory"})
class AggregatorControllerTest {

    private static final long NOON = 1_795_262_400_000L;
    private static final PlanVersion PLAN = new PlanVersion("basic",
            new MeteringPlan("m", List.of(new MeteringPlan.Measure("calls", "CALL")),
                    List.of(new MeteringPlan.Metric("calls", "CALL", null, null, null))),
            new RatingPlan("r", List.of()), new PricingPlan("p", List.of()));

    @LocalServerPort
    private int port;
    private final HttpClient http = HttpClient.newHttpClient();

    private HttpResponse<String> post(Object body) throws Exception {
        return http.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port
                        + "/v1/metering/accumulated/usage/batch")).header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(Json.write(body))).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path) throws Exception {
        return http.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static AccumulatedUsage usage(String organization, long position, String consumer) {
        Change change = new Change(null, Value.of(BigDecimal.ONE));
        return new AccumulatedUsage(position, NOON, new Origin(organization, "a/b c", consumer, "db", "basic", "i", NOON,
                NOON), new Pin("1234", "USA", "USD", "db", Json.id(PLAN)),
                List.of(new MetricChange("calls", change, change, change)), null);
    }

    private static Batch<AccumulatedUsage> batch(long cursor, AccumulatedUsage... usages) {
        return new Batch<>(0, cursor, Map.of(Json.id(PLAN), PLAN), List.of(usages));
    }

    @Test
    void aBatchIsAnsweredOnceCommittedAndItsTotalsAreRead() throws Exception {
        List<AccumulatedUsage> usages = new ArrayList<>();
        for (int i = 0; i < 250; i++) {
            usages.add(usage("web", i, "app:" + i));
        }
        HttpResponse<String> answer = post(batch(-1, usages.toArray(AccumulatedUsage[]::new)));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(Json.shared().readValue(answer.body(), BatchAnswer.class)).isEqualTo(new BatchAnswer(249, List.of()));

        JsonNode organization = Json.shared().readTree(
                get("/v1/metering/aggregated/usage/organization?organization_id=web&window=2026-11&window=2026-10").body());
        assertThat(organization.get("documents")).hasSize(1);
        assertThat(organization.get("documents").get(0).get("plans").get(0).get("metrics").get(0).get("quantity")
                .decimalValue()).isEqualByComparingTo("250");

        List<String> lines = get("/v1/metering/aggregated/usage/consumers?organization_id=web&space_id=a%2Fb+c"
                + "&window=2026-11&window=2026-11-21").body().lines().toList();
        assertThat(lines).hasSize(251).last().isEqualTo("{\"end\":true}");
        assertThat(Json.shared().readTree(lines.get(0)).get("documents")).hasSize(2);
        assertThat(Json.shared().treeToValue(Json.shared().readTree(lines.get(7)).get("documents").get(0),
                ConsumerWindow.class).consumerId()).isEqualTo("app:7");

        assertThat(get("/v1/metering/aggregated/plans?id=" + Json.id(PLAN) + "&id=unknown").body())
                .isEqualTo("{\"" + Json.id(PLAN) + "\":" + new String(Json.write(PLAN)) + "}");
    }

    @Test
    void aStaleBatchIsAConflict() throws Exception {
        post(batch(-1, usage("stale", 1, "a")));
        post(batch(1, usage("stale", 2, "a")));

        HttpResponse<String> answer = post(batch(0, usage("stale", 1, "a")));

        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(Json.shared().readTree(answer.body()).get("code").stringValue()).isEqualTo("stale");
    }

    @Test
    void whatIsNoBatchIsRefusedWithTheReason() throws Exception {
        assertProblem(post(batch(5, usage("bad", 5, "a"))), "invalid_batch", "position 5 does not come after 5");
        assertProblem(post(batch(-1, usage("bad", 2, "a"), usage("bad", 1, "a"))), "invalid_batch", "does not come after");
        assertProblem(post(new Batch<>(0, -1, Map.of(), List.of(usage("bad", 1, "a")))), "invalid_batch", "is missing");
        assertProblem(post(Map.of("partition", 0)), "malformed", "");
        assertProblem(get("/v1/metering/aggregated/usage/organization?organization_id=o&window=2026-13"), "invalid",
                "windows");
        assertProblem(get("/v1/metering/aggregated/usage/organization?organization_id=o"), "bad_request", "window");
    }

    private static void assertProblem(HttpResponse<String> answer, String code, String detail) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        JsonNode problem = Json.shared().readTree(answer.body());
        assertThat(problem.get("code").stringValue()).isEqualTo(code);
        assertThat(problem.get("detail").stringValue()).contains(detail);
    }
}
