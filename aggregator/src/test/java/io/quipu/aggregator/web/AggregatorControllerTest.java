package io.quipu.aggregator.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.quipu.aggregator.AggregatorApplication;
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
import io.quipu.common.time.Window;
import io.quipu.common.totals.ConsumerLevels;
import io.quipu.common.totals.ConsumerWindow;
import io.quipu.common.totals.OrganizationLevels;
import io.quipu.common.totals.PlanLevels;
import io.quipu.common.usage.AccumulatedUsage;
import io.quipu.common.usage.Change;
import io.quipu.common.usage.LevelChange;
import io.quipu.common.usage.MetricChange;
import io.quipu.common.usage.Origin;
import io.quipu.common.usage.Pin;
import io.quipu.common.usage.Rejection;
import io.quipu.common.web.WindowParameters;
import io.quipu.common.wire.Json;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

@SpringBootTest(classes = AggregatorApplication.class, webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {"spring.config.name=aggregator", "quipu.store=memory", "quipu.retention.consumers=0",
            "quipu.retention.organizations=P0M"})
class AggregatorControllerTest {

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

    private HttpResponse<String> post(Object body) throws Exception {
        return post("/v1/metering/accumulated/usage/batch", Json.write(body));
    }

    private HttpResponse<String> postAll(Batches<AccumulatedUsage> batches) throws Exception {
        return post("/v1/metering/accumulated/usage/batches", Json.write(batches));
    }

    private HttpResponse<String> post(String path, byte[] body) throws Exception {
        return http.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofByteArray(body)).build(),
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

    /** The usages of an organization that follow the cursor, up to a position, inclusive. */
    private static Batch<AccumulatedUsage> batch(int partition, String organization, long cursor, long to) {
        return new Batch<>(partition, cursor, Map.of(Json.id(PLAN), PLAN), LongStream.rangeClosed(cursor + 1, to)
                .mapToObj(position -> usage(organization, position, "app")).toList());
    }

    private BigDecimal counted(String organization) throws Exception {
        return Json.shared().readTree(get("/v1/metering/aggregated/usage/organization?window=2026-11&organization_id="
                + organization).body()).at("/documents/0/plans/0/metrics/0/quantity").decimalValue();
    }

    private double stored() {
        return meters.get(StoreMetrics.WRITES).counter().count();
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

    private static AccumulatedUsage usage(String organization, long position, String consumer, LevelChange... levels) {
        AccumulatedUsage usage = usage(organization, position, consumer);
        return new AccumulatedUsage(position, NOON, usage.origin(), usage.pin(), usage.accumulatedUsage(), List.of(levels),
                null);
    }

    private static LevelChange change(String time, int change) {
        return new LevelChange(Instant.parse(time).toEpochMilli(), PLAN.path(), Json.id(PLAN), "USD", "memory",
                BigDecimal.valueOf(change), BigDecimal.ZERO);
    }

    @Test
    void anOrganizationsLevelsAreReadWithItsDocuments() throws Exception {
        post(batch(-1, usage("levels", 0, "app", change("2026-10-02T10:00:00Z", 2))));

        JsonNode answer = Json.shared().readTree(get("/v1/metering/aggregated/usage/organization?organization_id=levels"
                + "&window=2026-10&window=2026-12").body());

        assertThat(answer.get("documents")).hasSize(1);
        assertThat(answer.at("/documents/0/plans/0/metrics/0/level/0").decimalValue())
                .as("change").isEqualByComparingTo("2");
        OrganizationLevels levels = Json.shared().treeToValue(answer.get("levels"), OrganizationLevels.class);
        assertThat(levels.organizationId()).isEqualTo("levels");
        assertThat(levels.plans().get(0).metrics().get(0).months()).containsExactly(
                new PlanLevels.MonthChange(Window.parse("2026-10"), BigDecimal.valueOf(2), BigDecimal.ZERO));
        assertThat(get("/v1/metering/aggregated/usage/organization?organization_id=levels&window=2026-09").body())
                .as("what opened before the windows asked for").startsWith("{\"documents\":[],\"levels\":{");
    }

    @Test
    void windowsThatAreWantedOnlyWithLevelsAreReadWhereThereAreSome() throws Exception {
        post(batch(-1, usage("wanted", 0, "app", change("2026-10-02T10:00:00Z", 2)), usage("plain", 1, "app")));
        String windows = "&window=2026-12&window_of_levels=2026-11-21&window_of_levels=2026-11";

        assertThat(Json.shared().readTree(get("/v1/metering/aggregated/usage/organization?organization_id=wanted"
                + windows).body()).get("documents").valueStream().map(document -> document.get("window").stringValue()))
                .containsExactly("2026-11", "2026-11-21");
        assertThat(get("/v1/metering/aggregated/usage/organization?organization_id=plain" + windows).body())
                .isEqualTo("{\"documents\":[]}");
    }

    @Test
    void theLevelsOfConsumersAreReadWhenAskedFor() throws Exception {
        post(batch(-1, usage("lines", 0, "discrete"), usage("lines", 1, "runs", change("2026-10-02T10:00:00Z", 2)),
                usage("lines", 2, "stopped", change("2026-10-02T10:00:00Z", 2), change("2026-10-03T10:00:00Z", -2))));
        String path = "/v1/metering/aggregated/usage/consumers?organization_id=lines&space_id=a%2Fb+c";

        List<JsonNode> november = lines(path + "&window=2026-11&levels=true");
        assertThat(november).extracting(line -> line.path("consumer_id").asString("")).containsExactly("discrete", "runs",
                "stopped", "");
        assertThat(november.get(0).has("levels")).isFalse();
        assertThat(Json.shared().treeToValue(november.get(1).get("levels"), ConsumerLevels.class).plans()).hasSize(1);
        assertThat(Json.shared().treeToValue(november.get(2).get("levels"), ConsumerLevels.class).plans()).isEmpty();
        assertThat(november.subList(0, 3)).allSatisfy(line -> assertThat(line.get("documents")).hasSize(1));

        List<JsonNode> december = lines(path + "&window=2026-12&window=2026-12-01&levels=true");
        assertThat(december).as("only who has levels").hasSize(2);
        assertThat(december.get(0).get("consumer_id").asString()).isEqualTo("runs");
        assertThat(december.get(0).get("documents")).isEmpty();
        assertThat(december.get(0).get("levels").get("consumer_id").asString()).isEqualTo("runs");

        assertThat(lines(path + "&window=2026-12")).as("not asked for").hasSize(1);
        assertThat(lines(path + "&window=")).as("no window").hasSize(1);
        assertThat(lines(path + "&window=&levels=true")).as("no window").hasSize(2);
        double before = meters.get(StoreMetrics.READS).counter().count();
        assertThat(lines(path + "&window=2026-11")).hasSize(4).noneMatch(line -> line.has("levels"));
        double without = meters.get(StoreMetrics.READS).counter().count();
        lines(path + "&window=2026-11&levels=true");
        assertThat(meters.get(StoreMetrics.READS).counter().count() - without).as("keys read: three more")
                .isEqualTo(without - before + 3);
        assertProblem(get(path + "&window=2026-11&levels=maybe"), "invalid", "levels");
    }

    @Test
    void asManyWindowsAsARequestMayNameAreReadWithLevelsToo() throws Exception {
        List<AccumulatedUsage> usages = new ArrayList<>();
        for (int i = 0; i < 110; i++) {
            usages.add(usage("wide", i, "app:" + i, change("2026-11-20T10:00:00Z", 1)));
        }
        post(batch(-1, usages.toArray(AccumulatedUsage[]::new)));
        StringBuilder path = new StringBuilder(
                "/v1/metering/aggregated/usage/consumers?organization_id=wide&space_id=a%2Fb+c&levels=true");
        for (int day = 0; day < WindowParameters.MAX; day++) {
            path.append("&window=").append(Window.day(NOON).minus(day));
        }

        List<JsonNode> lines = lines(path.toString());

        assertThat(lines).hasSize(111);
        assertThat(lines.subList(0, 110)).allSatisfy(line -> {
            assertThat(line.get("documents")).hasSize(2);
            assertThat(line.at("/levels/plans")).hasSize(1);
        });
    }

    private List<JsonNode> lines(String path) throws Exception {
        HttpResponse<String> answer = get(path);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).endsWith("{\"end\":true}\n");
        return answer.body().lines().map(Json.shared()::readTree).toList();
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
    void severalBatchesAreAnsweredEachInTheOrderInWhichTheyCame() throws Exception {
        post(batch(-1, usage("late", 1, "app")));
        post(batch(1, usage("late", 2, "app")));
        AccumulatedUsage dollars = usage("euro", 0, "app");
        AccumulatedUsage euros = new AccumulatedUsage(1, NOON, dollars.origin(),
                new Pin("1234", "USA", "EUR", "db", Json.id(PLAN)), dollars.accumulatedUsage(), null);

        HttpResponse<String> answer = postAll(Batches.of(List.of(batch(9, "fine", -1, 4), batch(0, "late", 0, 3),
                new Batch<>(2, -1, Map.of(Json.id(PLAN), PLAN), List.of(dollars, euros)), batch(1, "good", 6, 7))));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        List<BatchAnswer> answers = Json.shared().readValue(answer.body(), BatchAnswers.class).answers();
        assertThat(answers).extracting(BatchAnswer::committedTo).containsExactly(4L, 0L, 1L, 7L);
        assertThat(answers).extracting(one -> one.stale() != null).containsExactly(false, true, false, false);
        assertThat(answers.get(1).stale()).contains("above the batch's cursor 0");
        assertThat(answers).extracting(one -> one.rejected().stream().map(Rejection::code).toList())
                .containsExactly(List.of(), List.of(), List.of("currency_mismatch"), List.of());
        assertThat(Json.shared().readTree(answer.body()).at("/answers/0").has("stale")).as("only where it is").isFalse();
        assertThat(counted("fine")).isEqualByComparingTo("5");
        assertThat(counted("late")).isEqualByComparingTo("2");
        assertThat(counted("good")).isEqualByComparingTo("1");
        assertThat(get("/v1/metering/aggregated/usage/organization?window=2026-11&organization_id=euro").body())
                .isEqualTo("{\"documents\":[]}");
    }

    @Test
    void asManyBatchesAndUsagesAsTheLimitsAllowAreFoldedAndOneMoreIsRefused() throws Exception {
        List<Batch<AccumulatedUsage>> most = new ArrayList<>();
        for (int partition = 0; partition < Batches.MAX_BATCHES; partition++) {
            most.add(batch(partition, "many-" + partition, -1, 0));
        }
        assertThat(postAll(Batches.of(most)).statusCode()).isEqualTo(200);
        assertThat(counted("many-255")).isEqualByComparingTo("1");
        assertThat(postAll(Batches.of(List.of(batch(0, "full", -1, 499), batch(1, "full-too", -1, 499)))).statusCode())
                .isEqualTo(200);
        assertThat(counted("full-too")).isEqualByComparingTo("500");

        most.add(batch(256, "one-more", -1, 0));
        assertRefused(Batches.of(most), "there are 257 of them, the limit is 256");
        assertRefused(Batches.of(List.of(batch(0, "a", -1, 499), batch(1, "b", -1, 499), batch(2, "c", -1, 0))),
                "they hold more than 1000 usages");
        assertRefused(Batches.of(List.of(batch(0, "a", -1, 0), batch(1, "b", -1, 500))),
                "it holds 501 usages, the limit is 500");
    }

    @Test
    void batchesThatBreakARuleTogetherOrOneOfThemAreRefused() throws Exception {
        Batch<AccumulatedUsage> good = batch(3, "a", -1, 1);
        assertRefused(Batches.of(List.of(good, batch(4, "b", -1, 1), batch(3, "c", -1, 1))),
                "partition 3 stands in two of them");
        assertRefused(Batches.of(List.of(good, batch(4, "b", -1, 1), batch(200, "a", 1, 2))),
                "organization a stands in partitions 3 and 200");
        assertRefused(Batches.of(List.of(good, new Batch<>(1, 5, good.plans(), List.of(usage("b", 5, "app"))))),
                "position 5 does not come after 5");
        assertRefused(new Batches<>(Map.of(), Batches.of(List.of(good)).batches()), "is missing");
        assertProblem(post("/v1/metering/accumulated/usage/batches", Json.write(Map.of("plans", Map.of()))), "malformed", "");
    }

    private void assertRefused(Batches<AccumulatedUsage> batches, String rule) throws Exception {
        double before = stored();
        assertProblem(postAll(batches), "invalid_batch", rule);
        assertThat(stored()).as("documents written").isEqualTo(before);
    }

    @Test
    void whatIsNoBatchIsRefusedWithTheReason() throws Exception {
        assertProblem(post(batch(5, usage("bad", 5, "a"))), "invalid_batch", "position 5 does not come after 5");
        assertProblem(post(batch(-1, usage("bad", 2, "a"), usage("bad", 1, "a"))), "invalid_batch", "does not come after");
        assertProblem(post(new Batch<>(0, -1, Map.of(), List.of(usage("bad", 1, "a")))), "invalid_batch", "is missing");
        assertProblem(post(Map.of("partition", 0)), "malformed", "");
        assertProblem(get("/v1/metering/aggregated/usage/organization?organization_id=o&window=2026-13"), "invalid",
                "windows");
        assertProblem(get("/v1/metering/aggregated/usage/organization?organization_id=o&window=2026-11"
                + "&window_of_levels=2026-13"), "invalid", "windows");
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
