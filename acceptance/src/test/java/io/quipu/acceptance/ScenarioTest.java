package io.quipu.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.common.usage.Keys;
import io.quipu.common.wire.Json;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Abacus's own scenarios, through the collector's door and the report's. */
class ScenarioTest {

    private static final String NOON = "2026-11-21T12:00:00Z";

    @TempDir
    private static Path data;
    private static SettableClock clock;
    private static Stack stack;

    @BeforeAll
    static void start() {
        clock = new SettableClock(Instant.parse("2015-11-01T22:59:00Z"));
        stack = new Stack(data, clock, "quipu.slack=P3D");
    }

    @AfterAll
    static void stop() {
        stack.close();
    }

    /** Log time only goes forward, so the test that lives in 2015 comes first in its own organization. */
    @BeforeEach
    void noon() {
        clock.set(Instant.parse(NOON));
    }

    private static String usage(String organization, long start, long end, String resource, String plan, String dedupId,
            String... measures) {
        return String.format(Locale.ROOT, """
                {"start":%d,"end":%d,"organization_id":"%s","space_id":"aaeae239-f3f8-483c-9dd0-de5d41c38b6a",
                 "consumer_id":"app:bbeae239-f3f8-483c-9dd0-de6781c38bab","resource_id":"%s","plan_id":"%s",
                 "resource_instance_id":"0b39fa70-a65f-4183-bae8-385633ca5c87",%s"measured_usage":[%s]}""",
                start, end, organization, resource, plan, dedupId == null ? "" : "\"dedup_id\":\"" + dedupId + "\",",
                Stack.measured(measures));
    }

    private static BigDecimal number(JsonNode node) {
        return node.decimalValue();
    }

    private static JsonNode metric(JsonNode usages, String name) {
        for (JsonNode usage : usages) {
            if (usage.get("metric").stringValue().equals(name)) {
                return usage;
            }
        }
        throw new AssertionError("no metric " + name + " in " + usages);
    }

    /** The quantities of a window's slots; null where there is none. */
    private static List<BigDecimal> quantities(JsonNode metric, int dimension) {
        List<BigDecimal> quantities = new ArrayList<>();
        metric.get("windows").get(dimension)
                .forEach(slot -> quantities.add(slot.isNull() ? null : number(slot.get("quantity"))));
        return quantities;
    }

    @Test
    void s1DemoClient() {
        String organization = "us-south:a3d7fe4d-3cb1-4cc3-a831-ffe98e20cf27";
        long now = clock.millis();
        for (int k = 0; k < 3; k++) {
            HttpResponse<String> answer = stack.post(Stack.USAGE, usage(organization, now + k, now + k,
                    "object-storage", "basic", null, "storage", "1073741824", "light_api_calls", "1000",
                    "heavy_api_calls", "100"));
            assertThat(answer.statusCode()).isEqualTo(202);
            assertThat(answer.headers().firstValue("Location")).get().asString().contains(Stack.USAGE + "/t/");
        }
        stack.settle();

        JsonNode report = stack.report(organization, "?depth=instance");

        assertThat(report.get("account_id").stringValue()).isEqualTo("1234");
        assertThat(report.get("currency").stringValue()).isEqualTo("USD");
        assertThat(number(report.get("windows").get(4).get(0).get("charge"))).isEqualByComparingTo("46.09");
        JsonNode space = report.get("spaces").get(0);
        JsonNode consumer = space.get("consumers").get(0);
        for (JsonNode level : List.of(report, space, consumer)) {
            JsonNode resource = level.get("resources").get(0);
            assertThat(resource.get("resource_id").stringValue()).isEqualTo("object-storage");
            JsonNode plan = resource.get("plans").get(0);
            assertThat(plan.get("plan_id").stringValue())
                    .isEqualTo("basic/basic-object-storage/object-rating-plan/object-pricing-basic");
            assertThat(plan.get("metering_plan_id").stringValue()).isEqualTo("basic-object-storage");
            assertThat(plan.get("rating_plan_id").stringValue()).isEqualTo("object-rating-plan");
            assertThat(plan.get("pricing_plan_id").stringValue()).isEqualTo("object-pricing-basic");
            List<String> names = new ArrayList<>();
            plan.get("aggregated_usage").forEach(usage -> names.add(usage.get("metric").stringValue()));
            assertThat(names).containsExactly("storage", "thousand_light_api_calls", "heavy_api_calls");
            assertSlot(plan, "storage", "1", "1");
            assertSlot(plan, "thousand_light_api_calls", "3", "0.09");
            assertSlot(plan, "heavy_api_calls", "300", "45");
            for (JsonNode usage : resource.get("aggregated_usage")) {
                JsonNode same = metric(plan.get("aggregated_usage"), usage.get("metric").stringValue());
                assertThat(quantities(usage, 4)).isEqualTo(quantities(same, 4));
            }
            assertThat(number(plan.get("windows").get(4).get(0).get("charge"))).isEqualByComparingTo("46.09");
        }
        JsonNode instance = consumer.get("resources").get(0).get("plans").get(0).get("resource_instances").get(0);
        assertThat(instance.get("id").stringValue()).isEqualTo("0b39fa70-a65f-4183-bae8-385633ca5c87");
        assertThat(instance.has("t") && instance.has("p")).isTrue();
    }

    @Test
    void s12ResourceInstanceReportAndGraphQl() {
        long now = clock.millis();
        stack.accepted(usage("org/12", now, now, "object-storage", "basic", null, "storage", "1073741824", "light_api_calls",
                "1000", "heavy_api_calls", "100"));
        stack.settle();
        String space = "aaeae239-f3f8-483c-9dd0-de5d41c38b6a";
        String consumer = "app:bbeae239-f3f8-483c-9dd0-de6781c38bab";
        String id = "0b39fa70-a65f-4183-bae8-385633ca5c87";
        String path = "/v1/metering/organizations/org%2F12/spaces/" + space + "/resource_id/object-storage/resource_instances/"
                + id + "/consumers/" + consumer + "/plans/basic/metering_plans/basic-object-storage/rating_plans/object-rating-plan"
                + "/pricing_plans/object-pricing-basic/t/" + String.format(Locale.ROOT, "%016d", now) + "/aggregated/usage/" + now;
        JsonNode report = Json.shared().readTree(stack.reported(path, "Accept", "application/json").body());
        assertThat(report.get("resource_instance_id").stringValue()).isEqualTo(id);
        List<String> slots = new ArrayList<>();
        report.get("accumulated_usage").forEach(usage -> slots.add(usage.get("windows").get(4).get(0).toString()));
        assertThat(slots).containsExactly("{\"quantity\":1,\"summary\":1}", "{\"quantity\":1,\"summary\":1}",
                "{\"quantity\":100,\"summary\":100}");
        assertThat(stack.reported(path.replace(id, "unknown"), "Accept", "application/json").body()).isEqualTo("{}");

        assertThat(graph("{resource_instance(organization_id:\"org/12\" space_id:\"" + space + "\" consumer_id:\"" + consumer
                + "\" resource_instance_id:\"" + id + "\" plan_id:\"basic\" metering_plan_id:\"basic-object-storage\""
                + " rating_plan_id:\"object-rating-plan\" pricing_plan_id:\"object-pricing-basic\" t:\"" + now + "\" time:" + now
                + "){organization_id accumulated_usage{metric windows{quantity summary}}}}").body())
                .isEqualTo("{\"resource_instance\":{\"organization_id\":\"org/12\",\"accumulated_usage\":"
                        + report.get("accumulated_usage") + "}}");
        assertThat(graph("{organization(organization_id:\"org/12\"){spaces{consumers{windows{charge}}}}}").body())
                .endsWith("[{\"charge\":16.03},null]]}]}]}}");
        assertThat(graph("{account(account_id:\"nobody\"){id}}").body()).as("an account without organizations of its own")
                .isEqualTo("{\"account\":[]}");
        HttpResponse<String> refused = graph("{organization(organization_id:\"org/12\"){windows}}");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(Json.shared().readTree(refused.body()).get("error").stringValue()).isEqualTo("query");
    }

    private static HttpResponse<String> graph(String query) {
        return stack.reported("/v1/metering/aggregated/usage/graph/" + Keys.encode(query), "Accept", "application/json");
    }

    private static void assertSlot(JsonNode plan, String metric, String quantity, String cost) {
        JsonNode slot = metric(plan.get("aggregated_usage"), metric).get("windows").get(4).get(0);
        assertThat(number(slot.get("quantity"))).isEqualByComparingTo(quantity);
        assertThat(number(slot.get("summary"))).isEqualByComparingTo(quantity);
        assertThat(number(slot.get("cost"))).isEqualByComparingTo(cost);
        assertThat(number(slot.get("charge"))).isEqualByComparingTo(cost);
    }

    @Test
    void s2DuplicateRules() {
        assertTwo("s2-same", null, null, "1");
        assertTwo("s2-one-with-id", null, "a", "2");
        assertTwo("s2-same-id", "a", "a", "1");
        assertTwo("s2-two-ids", "a", "b", "2");
    }

    private static void assertTwo(String organization, String firstId, String secondId, String calls) {
        long end = clock.millis();
        List<String> locations = new ArrayList<>();
        for (String id : new String[] {firstId, secondId}) {
            HttpResponse<String> answer = stack.post(Stack.USAGE, usage(organization, end, end, "object-storage",
                    "basic", id, "heavy_api_calls", "1"));
            assertThat(answer.statusCode()).isEqualTo(202);
            locations.add(answer.headers().firstValue("Location").orElseThrow());
        }
        stack.settle();
        JsonNode usages = stack.report(organization, "").get("resources").get(0).get("aggregated_usage");
        assertThat(usages).hasSize(3);
        assertThat(quantities(metric(usages, "heavy_api_calls"), 4).get(0)).isEqualByComparingTo(calls);
        assertThat(quantities(metric(usages, "storage"), 4).get(0)).isEqualByComparingTo("0");
        for (String location : locations) {
            HttpResponse<String> found = stack.get(location);
            assertThat(found.statusCode()).isEqualTo(200);
            JsonNode usage = Json.shared().readTree(found.body());
            assertThat(usage.get("measured_usage"))
                    .isEqualTo(Json.shared().readTree("[{\"measure\":\"heavy_api_calls\",\"quantity\":1}]"));
            assertThat(usage.get("disposition").get("status").stringValue()).isIn("processed", "duplicate");
        }
    }

    @Test
    void s6UsageOfThePreviousMonthStaysInIt(@TempDir Path fresh) {
        SettableClock november = new SettableClock(Instant.parse("2015-11-01T23:00:00Z"));
        try (Stack past = new Stack(fresh, november, "quipu.slack=P3D")) {
            past.accepted(usage("s6", 1446249600000L, 1446249600000L, "object-storage", "basic", null,
                    "heavy_api_calls", "2"));
            past.accepted(usage("s6", 1446163200000L, 1446163200000L, "object-storage", "basic", null,
                    "heavy_api_calls", "2"));
            past.accepted(usage("s6", 1446342121000L, 1446342121000L, "object-storage", "basic", null,
                    "heavy_api_calls", "5"));
            JsonNode calls = metric(past.report("s6", "").get("resources").get(0).get("plans").get(0)
                    .get("aggregated_usage"), "heavy_api_calls");
            assertThat(quantities(calls, 3)).containsExactly(new BigDecimal(5), new BigDecimal(2), new BigDecimal(2));
            assertThat(quantities(calls, 4)).containsExactly(new BigDecimal(5), new BigDecimal(4));
        }
    }

    @Test
    void s10ServicesHours() {
        for (String kind : List.of("metering", "rating", "pricing")) {
            assertThat(stack.post("/v1/provisioning/mappings/" + kind
                    + "/resources/sampler-test-resource-id/plans/standard/standard-services-hours", "").statusCode())
                    .isEqualTo(200);
        }
        long now = clock.millis();
        String[] durations = {"7200000", "14400000", "-3600000"};
        for (int i = 0; i < durations.length; i++) {
            stack.accepted(usage("s10", now + i + 1, now + i + 1, "sampler-test-resource-id", "standard", null,
                    "duration", durations[i]));
        }
        JsonNode report = stack.report("s10", "");
        assertThat(report.get("resources")).hasSize(1);
        JsonNode usages = report.get("resources").get(0).get("aggregated_usage");
        assertThat(usages).hasSize(1);
        assertThat(number(metric(usages, "usage_hours").get("windows").get(4).get(0).get("summary")))
                .isEqualByComparingTo("5");
    }

    @Test
    void whatIsRejectedAfterItWasAcceptedIsListedWithItsReason() {
        long now = clock.millis();
        String huge = "9".repeat(30);
        for (int i = 0; i < 3; i++) {
            stack.accepted(usage("rejecting", now, now, "object-storage", "basic", Integer.toString(i),
                    "heavy_api_calls", huge));
        }
        List<String> lines = stack.get("/v1/metering/organizations/rejecting/rejected/usage").body().lines().toList();

        assertThat(lines).as("the first fits, the sums do not, and the stream is complete").hasSize(3);
        JsonNode entry = Json.shared().readTree(lines.get(0));
        assertThat(entry.get("code").stringValue()).isEqualTo("quantity_out_of_bounds");
        assertThat(entry.get("stage").stringValue()).isEqualTo("accumulator");
        JsonNode usage = Json.shared().readTree(stack.get(entry.get("location").stringValue()).body());
        assertThat(usage.get("dedup_id").stringValue()).isEqualTo("1");
        assertThat(usage.get("disposition").get("status").stringValue()).isEqualTo("rejected");
        assertThat(stack.get("/v1/metering/organizations/nobody/rejected/usage").body()).isEqualTo("{\"end\":true}\n");
        JsonNode usages = stack.report("rejecting", "").get("resources").get(0).get("aggregated_usage");
        assertThat(quantities(metric(usages, "heavy_api_calls"), 4).get(0)).isEqualByComparingTo(huge);
    }

    @Test
    void s5SlackIsAMaximumAge() {
        long now = clock.millis();
        long slack = 3 * 86_400_000L;
        assertThat(stack.post(Stack.USAGE, usage("s5", now - slack, now - slack, "object-storage", "basic", null,
                "heavy_api_calls", "1")).statusCode()).isEqualTo(202);
        HttpResponse<String> late = stack.post(Stack.USAGE, usage("s5", now - slack - 1, now - slack - 1,
                "object-storage", "basic", null, "heavy_api_calls", "1"));
        assertThat(late.statusCode()).isEqualTo(409);
        assertThat(Json.shared().readTree(late.body()).get("error").stringValue()).isEqualTo("slack");
        HttpResponse<String> early = stack.post(Stack.USAGE, usage("s5", now, now + 600_001, "object-storage", "basic",
                null, "heavy_api_calls", "1"));
        assertThat(early.statusCode()).isEqualTo(400);
        assertThat(Json.shared().readTree(early.body()).get("code").stringValue()).isEqualTo("future");
    }

    /** A clock that stands where a test put it. */
    static final class SettableClock extends Clock {

        private volatile Instant now;

        SettableClock(Instant now) {
            this.now = now;
        }

        void set(Instant instant) {
            now = instant;
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
