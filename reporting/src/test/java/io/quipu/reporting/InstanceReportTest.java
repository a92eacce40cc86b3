package io.quipu.reporting;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.quipu.common.plan.PlanVersion;
import io.quipu.common.usage.Keys;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/** Reports about single resource instances, over HTTP. */
class InstanceReportTest extends ReportingFixture {

    private static final String NOW = "2026-11-21T05:20:00Z";

    @Autowired
    private Bulkhead bulkhead;

    private static Ledger.Used used(String space, String consumer, String resource, String instance, PlanVersion plan,
            String time, Map<String, BigDecimal> quantities) {
        return new Ledger.Used(space, consumer, instance, resource, plan, ms(time), quantities, Map.of());
    }

    private static Ledger.Used storage(String instance, String time, String storage, String heavy) {
        return used("space", "app:1", "object-storage", instance, Plans.STORAGE, time,
                Map.of("storage", new BigDecimal(storage), "heavy_api_calls", new BigDecimal(heavy)));
    }

    private static String path(String space, String resource, String instance, String consumer, PlanVersion plan, String t) {
        return "org/spaces/" + Keys.encode(space) + "/resource_id/" + Keys.encode(resource) + "/resource_instances/"
                + Keys.encode(instance) + "/consumers/" + Keys.encode(consumer) + "/plans/" + Keys.encode(plan.planId())
                + "/metering_plans/" + Keys.encode(plan.path().meteringPlanId()) + "/rating_plans/"
                + Keys.encode(plan.path().ratingPlanId()) + "/pricing_plans/" + Keys.encode(plan.path().pricingPlanId())
                + "/t/" + t + "/aggregated/usage";
    }

    private static String path(String instance) {
        return path("space", "object-storage", instance, "app:1", Plans.STORAGE, "0001456185600000");
    }

    private JsonNode answer(String path) {
        HttpResponse<String> answer = get(path);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
        return tree(answer);
    }

    private static String slots(JsonNode report, int metric, int unit) {
        return report.get("accumulated_usage").get(metric).get("windows").get(unit).toString();
    }

    @Test
    void anInstanceShowsItsOwnQuantitiesAndWhatItIs() {
        now(NOW);
        NEIGHBOURS.serve(new Ledger().add(storage("a", "2026-10-31T12:00:00Z", "5", "1"))
                .add(storage("a", "2026-11-21T05:10:00Z", "1", "100")).add(storage("b", "2026-11-21T05:11:00Z", "7", "9")));
        assertThat(answer(path("a")).toString()).isEqualTo("{\"id\":\"k/org/a/app:1/basic/basic-object-storage/"
                + "object-rating-plan/object-pricing-basic/t/0000000001000001\",\"organization_id\":\"org\","
                + "\"space_id\":\"space\",\"consumer_id\":\"app:1\",\"resource_id\":\"object-storage\","
                + "\"resource_instance_id\":\"a\",\"plan_id\":\"basic\",\"metering_plan_id\":\"basic-object-storage\","
                + "\"rating_plan_id\":\"object-rating-plan\",\"pricing_plan_id\":\"object-pricing-basic\",\"start\":"
                + ms("2026-11-21T05:10:00Z") + ",\"end\":" + ms("2026-11-21T05:10:00Z")
                + ",\"processed\":1000001,\"processed_id\":\"0000000001000001\",\"evaluated_to\":" + ms("2026-11-22T00:00:00Z")
                + ",\"accumulated_usage\":[{\"metric\":\"storage\",\"windows\":[[null],[null],[null],"
                + "[{\"quantity\":1,\"summary\":1},null,null],[{\"quantity\":1,\"summary\":1},{\"quantity\":5,\"summary\":5}]]},"
                + "{\"metric\":\"thousand_light_api_calls\",\"windows\":[[null],[null],[null],[{\"quantity\":0,\"summary\":0},"
                + "null,null],[{\"quantity\":0,\"summary\":0},{\"quantity\":0,\"summary\":0}]]},"
                + "{\"metric\":\"heavy_api_calls\",\"windows\":[[null],[null],[null],[{\"quantity\":100,\"summary\":100},"
                + "null,null],[{\"quantity\":100,\"summary\":100},{\"quantity\":1,\"summary\":1}]]}]}");
    }

    @Test
    void itIsWhatTheOrganizationsReportSaysOfIt() {
        now(NOW);
        NEIGHBOURS.serve(new Ledger().add(storage("a", "2026-11-03T12:00:00Z", "5", "1"))
                .add(storage("a", "2026-11-21T05:10:00Z", "1", "100")).add(storage("b", "2026-11-10T05:11:00Z", "7", "9")));
        for (String time : List.of("", "/" + ms(NOW), "/" + ms("2026-11-15T00:00:00Z"), "/" + ms("2026-12-01T00:00:00Z"))) {
            JsonNode whole = report("org/aggregated/usage" + time + "?depth=instance").get("spaces").get(0).get("consumers")
                    .get(0).get("resources").get(0).get("plans").get(0).get("resource_instances").get(0);
            JsonNode alone = answer(path("space", "object-storage", whole.get("id").stringValue(), "app:1", Plans.STORAGE,
                    whole.get("t").stringValue()) + time);
            assertThat(alone.get("accumulated_usage")).as(time).isEqualTo(whole.get("aggregated_usage"));
            assertThat(alone.get("processed")).isEqualTo(whole.get("p"));
        }
    }

    @Test
    void aPastTimeShowsWhatHadBeenUsedByItsDay() {
        now(NOW);
        NEIGHBOURS.serve(new Ledger().add(storage("a", "2026-11-03T12:00:00Z", "1", "10"))
                .add(storage("a", "2026-11-20T12:00:00Z", "1", "100")));
        JsonNode past = answer(path("a") + "/" + ms("2026-11-04T12:00:00Z"));
        assertThat(slots(past, 2, 3)).isEqualTo("[null,{\"quantity\":10,\"summary\":10},null]");
        assertThat(slots(past, 2, 4)).isEqualTo("[{\"quantity\":10,\"summary\":10},null]");
        assertThat(past.get("end").longValue()).isEqualTo(ms("2026-11-03T12:00:00Z"));
        assertThat(answer(path("a") + "/" + ms("2026-11-02T12:00:00Z")).toString()).isEqualTo("{}");
        assertThat(slots(answer(path("a") + "/" + ms("2026-12-02T12:00:00Z") + "?months=3&days=1"), 2, 4))
                .isEqualTo("[null,{\"quantity\":110,\"summary\":110},null]");
    }

    @Test
    void whatIsNotThereIsAnEmptyObject() {
        now(NOW);
        NEIGHBOURS.serve(new Ledger().add(storage("a", "2026-11-21T05:10:00Z", "1", "100")));
        String t = "0";
        List<String> others = new ArrayList<>(List.of(path("b"),
                path("other", "object-storage", "a", "app:1", Plans.STORAGE, t),
                path("space", "other", "a", "app:1", Plans.STORAGE, t),
                path("space", "object-storage", "a", "app:2", Plans.STORAGE, t),
                path("space", "object-storage", "a", "app:1", Plans.STANDARD, t)));
        for (String other : others) {
            assertThat(answer(other).toString()).as(other).isEqualTo("{}");
        }
        assertThat(answer(path("a")).has("id")).isTrue();
    }

    @Test
    void idsAreTakenAsSent() {
        now(NOW);
        PlanVersion plan = Plans.plan("a/b", "m %/1", "r;2", "p+3", "calls:sum");
        NEIGHBOURS.serve(new Ledger().add(used("s/p ä", "app:1/x", "r/\\%2F", "i/1?&", plan, "2026-11-21T05:10:00Z",
                Map.of("calls", new BigDecimal("2")))));
        JsonNode report = answer(path("s/p ä", "r/\\%2F", "i/1?&", "app:1/x", plan, "0"));
        assertThat(report.get("space_id").stringValue()).isEqualTo("s/p ä");
        assertThat(report.get("resource_id").stringValue()).isEqualTo("r/\\%2F");
        assertThat(report.get("pricing_plan_id").stringValue()).isEqualTo("p+3");
        assertThat(slots(report, 0, 4)).isEqualTo("[{\"quantity\":2,\"summary\":2},null]");
    }

    @Test
    void timesAndSlotsAreChecked() {
        now(NOW);
        HttpResponse<String> answer = get(path("space", "r", "i", "c", Plans.STORAGE, "yesterday") + "/253370764800000?days=33&months=0");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(tree(answer).get("invalid_parameters").valueStream().map(v -> v.get("field").stringValue()))
                .containsExactly("t", "time", "days", "months");
        for (String t : List.of("-1", "1.5", "0001456185600000-0", "9999999999999999")) {
            assertThat(get(path("space", "r", "i", "c", Plans.STORAGE, t)).statusCode()).as(t).isEqualTo(400);
        }
        WIREMOCK.verify(0, anyRequestedFor(anyUrl()));
    }

    @Test
    void anAccumulatorThatIsAwayIsUnavailable() {
        now(NOW);
        WIREMOCK.stubFor(post(urlPathEqualTo("/v1/metering/accumulated/usage/instances")).atPriority(1)
                .willReturn(aResponse().withStatus(500)));
        HttpResponse<String> answer = get(path("a"));
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        assertThat(tree(answer).get("code").stringValue()).isEqualTo("accumulator_unavailable");
    }

    @Test
    void theyAreLimitedTogetherWithOtherReports() {
        now(NOW);
        int held = 0;
        while (bulkhead.tryAcquirePermission()) {
            held++;
        }
        HttpResponse<String> answer;
        try {
            answer = get(path("a"));
        } finally {
            for (int i = 0; i < held; i++) {
                bulkhead.releasePermission();
            }
        }
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(tree(answer).get("code").stringValue()).isEqualTo("overloaded");
    }
}
