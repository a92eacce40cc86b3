package io.quipu.reporting;

import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What reports say, over HTTP. */
class UsageReportTest extends ReportingFixture {

    private static final Map<String, BigDecimal> PRICES = quantities("storage", "1", "thousand_light_api_calls", "0.03",
            "heavy_api_calls", "0.15", "thousand_input_tokens", "0.0025");

    private static Map<String, BigDecimal> quantities(String... pairs) {
        Map<String, BigDecimal> quantities = new TreeMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            quantities.put(pairs[i], new BigDecimal(pairs[i + 1]));
        }
        return quantities;
    }

    private static Ledger.Used storage(String consumer, String time, String... quantities) {
        return new Ledger.Used("space", consumer, "instance", "object-storage", Plans.STORAGE, ms(time),
                quantities(quantities), PRICES);
    }

    private static Ledger demo() {
        Ledger demo = new Ledger();
        for (int k = 0; k < 3; k++) {
            demo.add(storage("app:1", "2026-11-21T05:10:00.00" + k + "Z", "storage", "1", "thousand_light_api_calls",
                    "1", "heavy_api_calls", "100"));
        }
        return demo;
    }

    private static JsonNode month(JsonNode withWindows) {
        return withWindows.get("windows").get(4).get(0);
    }

    private static JsonNode metric(JsonNode planOrResource, int index) {
        return planOrResource.get("aggregated_usage").get(index);
    }

    private static String slot(JsonNode withWindows, int unit, int slot) {
        return withWindows.get("windows").get(unit).get(slot).toString();
    }

    @Test
    void demoUsageIsChargedAtEveryLevel() {
        now("2026-11-21T05:20:00Z");
        NEIGHBOURS.serve(demo());
        JsonNode report = report("org/aggregated/usage?depth=instance");

        JsonNode space = report.get("spaces").get(0);
        JsonNode consumer = space.get("consumers").get(0);
        for (JsonNode scope : List.of(report, space, consumer)) {
            assertThat(month(scope).get("charge").decimalValue()).isEqualByComparingTo("46.09");
            JsonNode resource = scope.get("resources").get(0);
            assertThat(month(resource).get("charge").decimalValue()).isEqualByComparingTo("46.09");
            JsonNode plan = resource.get("plans").get(0);
            assertThat(month(plan).get("charge").decimalValue()).isEqualByComparingTo("46.09");
            assertThat(slot(metric(plan, 0), 4, 0)).isEqualTo("{\"quantity\":1,\"summary\":1,\"cost\":1,\"charge\":1}");
            assertThat(slot(metric(plan, 1), 4, 0))
                    .isEqualTo("{\"quantity\":3,\"summary\":3,\"cost\":0.09,\"charge\":0.09}");
            assertThat(slot(metric(plan, 2), 4, 0))
                    .isEqualTo("{\"quantity\":300,\"summary\":300,\"cost\":45,\"charge\":45}");
            assertThat(slot(metric(resource, 2), 3, 0)).isEqualTo("{\"quantity\":300,\"summary\":300,\"charge\":45}");
            assertThat(plan.get("plan_id").stringValue())
                    .isEqualTo("basic/basic-object-storage/object-rating-plan/object-pricing-basic");
            assertThat(plan.get("metering_plan_id").stringValue()).isEqualTo("basic-object-storage");
        }
        JsonNode instance = consumer.get("resources").get(0).get("plans").get(0).get("resource_instances").get(0);
        assertThat(instance.get("id").stringValue()).isEqualTo("instance");
        assertThat(instance.get("t").stringValue()).isEqualTo("0000000001000002");
        assertThat(instance.get("p").longValue()).isEqualTo(1_000_002);
        assertThat(slot(metric(instance, 2), 4, 0)).isEqualTo("{\"quantity\":300,\"summary\":300}");
        assertThat(space.get("resources").get(0).get("plans").get(0).has("resource_instances")).isFalse();
    }

    @Test
    void theTopSaysWhoseReportItIsAndHowFarItGoes() {
        now("2026-11-21T05:20:00Z");
        NEIGHBOURS.serve(demo());
        JsonNode report = report("org/aggregated/usage");

        assertThat(report.propertyNames()).containsExactly("id", "organization_id", "account_id", "start", "end",
                "processed", "processed_id", "currency", "settled", "evaluated_to", "windows", "resources", "spaces");
        assertThat(report.get("id").stringValue()).isEqualTo("k/org/t/000" + ms("2026-11-21T05:20:00Z"));
        assertThat(report.get("account_id").stringValue()).isEqualTo("1234");
        assertThat(report.get("currency").stringValue()).isEqualTo("USD");
        assertThat(report.get("end").longValue()).isEqualTo(ms("2026-11-21T05:10:00.002Z"));
        assertThat(report.get("processed").longValue()).isEqualTo(1_000_002);
        assertThat(report.get("processed_id").stringValue()).isEqualTo("0000000001000002");
        assertThat(report.get("settled").booleanValue()).isTrue();
        assertThat(report.get("evaluated_to").longValue()).isEqualTo(ms("2026-11-22T00:00:00Z"));
        assertThat(report.get("windows").toString()).isEqualTo("[[null],[null],[{\"charge\":46.09},null],"
                + "[{\"charge\":46.09},null,null],[{\"charge\":46.09},null]]");
        assertThat(report.get("spaces").get(0).get("windows").get(2).toString()).isEqualTo("[null]");
    }

    @Test
    void unmeasuredMetricsOfAUsedPlanShowZero() {
        now("2026-11-21T05:20:00Z");
        NEIGHBOURS.serve(new Ledger().add(storage("app:1", "2026-11-21T05:10:00Z", "heavy_api_calls", "2")));
        JsonNode resource = report("org/aggregated/usage").get("resources").get(0);
        assertThat(resource.get("aggregated_usage").size()).isEqualTo(3);
        assertThat(slot(metric(resource.get("plans").get(0), 0), 4, 0))
                .isEqualTo("{\"quantity\":0,\"summary\":0,\"cost\":0,\"charge\":0}");
        assertThat(metric(resource, 0).get("windows").toString()).contains("[{\"quantity\":0,\"summary\":0,\"charge\":0},"
                + "null,null],[{\"quantity\":0,\"summary\":0,\"charge\":0},null]");
        assertThat(slot(metric(resource, 2), 2, 0)).isEqualTo("{\"quantity\":2,\"summary\":2,\"charge\":0.3}");
    }

    /** Late usage stays in its own month and day; the current ones show only theirs. */
    @Test
    void usageOfThePreviousMonthShowsInItsOwnSlots() {
        now("2015-11-01T23:00:00Z");
        NEIGHBOURS.serve(new Ledger()
                .add(storage("app:1", "2015-10-31T00:00:00Z", "heavy_api_calls", "2"))
                .add(storage("app:1", "2015-10-30T00:00:00Z", "heavy_api_calls", "2"))
                .add(storage("app:1", "2015-11-01T01:42:01Z", "heavy_api_calls", "5")));
        JsonNode calls = metric(report("org/aggregated/usage").get("resources").get(0), 2);
        assertThat(List.of(quantity(calls, 3, 0), quantity(calls, 3, 1), quantity(calls, 3, 2)))
                .containsExactly("5", "2", "2");
        assertThat(List.of(quantity(calls, 4, 0), quantity(calls, 4, 1))).containsExactly("5", "4");
    }

    private static String quantity(JsonNode metric, int unit, int slot) {
        return metric.get("windows").get(unit).get(slot).get("quantity").toString();
    }

    @Test
    void aPastTimeInAMonthThatGoesOnShowsTheDaysUpToIt() {
        now("2026-11-21T05:20:00Z");
        NEIGHBOURS.serve(new Ledger()
                .add(storage("app:1", "2026-11-03T12:00:00Z", "storage", "2", "heavy_api_calls", "10"))
                .add(storage("app:1", "2026-11-10T23:59:59.999Z", "heavy_api_calls", "20"))
                .add(storage("app:1", "2026-11-11T00:00:00Z", "storage", "7", "heavy_api_calls", "40")));
        JsonNode report = report("org/aggregated/usage/" + ms("2026-11-10T00:00:00Z") + "?depth=instance");
        JsonNode resource = report.get("resources").get(0);
        assertThat(quantity(metric(resource, 2), 4, 0)).isEqualTo("30");
        assertThat(quantity(metric(resource, 2), 3, 0)).isEqualTo("20");
        // a maximum is that of the whole month so far as known
        assertThat(quantity(metric(resource, 0), 4, 0)).isEqualTo("7");
        assertThat(report.get("evaluated_to").longValue()).isEqualTo(ms("2026-11-11T00:00:00Z"));
        assertThat(report.get("end").longValue()).isEqualTo(ms("2026-11-10T23:59:59.999Z"));
        JsonNode instance = report.get("spaces").get(0).get("consumers").get(0).get("resources").get(0).get("plans")
                .get(0).get("resource_instances").get(0);
        assertThat(quantity(metric(instance, 2), 4, 0)).isEqualTo("30");
        assertThat(instance.get("p").longValue()).isEqualTo(1_000_001);
    }

    @Test
    void theLastDayOfAMonthAndTodayShowTheMonthAsItIs() {
        Ledger ledger = new Ledger()
                .add(storage("app:1", "2026-11-03T12:00:00Z", "heavy_api_calls", "10"))
                .add(storage("app:1", "2026-11-30T12:00:00Z", "heavy_api_calls", "20"));
        NEIGHBOURS.serve(ledger);
        now("2027-02-01T00:00:00Z");
        report("org/aggregated/usage/" + ms("2026-11-30T00:00:00Z"));
        assertThat(asked()).doesNotContain("2026-11-01");
        now("2026-11-30T12:00:00Z");
        JsonNode report = report("org/aggregated/usage");
        assertThat(quantity(metric(report.get("resources").get(0), 2), 4, 0)).isEqualTo("30");
        assertThat(asked()).doesNotContain("2026-11-01");
    }

    private static String asked() {
        return WIREMOCK.findAll(getRequestedFor(urlPathEqualTo("/v1/metering/aggregated/usage/consumers"))).stream()
                .map(request -> request.getUrl()).reduce("", String::concat);
    }

    @Test
    void whatWasUsedOnlyLaterIsNotInAPastReport() {
        now("2026-11-21T05:20:00Z");
        NEIGHBOURS.serve(new Ledger()
                .add(storage("app:1", "2026-11-03T12:00:00Z", "heavy_api_calls", "1"))
                .add(new Ledger.Used("space", "app:2", "i", "llm", Plans.TOKENS, ms("2026-11-15T00:00:00Z"),
                        quantities("thousand_input_tokens", "1"), PRICES))
                .add(new Ledger.Used("later", "app:3", "i", "llm", Plans.TOKENS, ms("2026-11-16T00:00:00Z"),
                        quantities("thousand_input_tokens", "1"), PRICES)));
        JsonNode report = report("org/aggregated/usage/" + ms("2026-11-10T00:00:00Z"));
        assertThat(report.get("resources").size()).isEqualTo(1);
        assertThat(report.get("spaces").size()).isEqualTo(1);
        assertThat(report.get("spaces").get(0).get("consumers").size()).isEqualTo(1);
        JsonNode before = report("org/aggregated/usage/" + ms("2026-11-02T00:00:00Z"));
        assertThat(before.get("resources").size()).isZero();
        assertThat(before.get("spaces").size()).isZero();
        assertThat(before.has("account_id")).isFalse();
    }

    /** Without the later consumer's maximum its organization's would not be the sum of what is below. */
    @Test
    void theMaximumOfAConsumerThatCameLaterIsShownSoThatTotalsAddUp() {
        now("2026-11-21T05:20:00Z");
        NEIGHBOURS.serve(new Ledger()
                .add(storage("app:1", "2026-11-03T12:00:00Z", "storage", "5"))
                .add(storage("app:2", "2026-11-15T12:00:00Z", "storage", "3", "heavy_api_calls", "9")));
        JsonNode report = report("org/aggregated/usage/" + ms("2026-11-10T00:00:00Z"));
        assertThat(quantity(metric(report.get("resources").get(0), 0), 4, 0)).isEqualTo("8");
        assertThat(quantity(metric(report.get("resources").get(0), 2), 4, 0)).isEqualTo("0");
        JsonNode before = report("org/aggregated/usage/" + ms("2026-11-02T00:00:00Z"));
        assertThat(before.get("resources").size()).isZero();
    }

    @Test
    void noUsageIsAReportWithoutResources() {
        now("2026-11-21T05:20:00Z");
        JsonNode report = report("nobody/aggregated/usage?hours=0&days=1&months=1");
        assertThat(report.toString()).isEqualTo("{\"id\":\"k/nobody/t/000" + ms("2026-11-21T05:20:00Z")
                + "\",\"organization_id\":\"nobody\",\"start\":" + ms("2026-11-01T00:00:00Z") + ",\"end\":"
                + ms("2026-11-21T05:20:00Z") + ",\"settled\":true,\"evaluated_to\":" + ms("2026-11-22T00:00:00Z")
                + ",\"windows\":[[null],[null],[null],[null],[null]],\"resources\":[],\"spaces\":[]}");
    }

    @Test
    void depthSaysHowFarDownAReportGoes() {
        now("2026-11-21T05:20:00Z");
        NEIGHBOURS.serve(demo());
        assertThat(report("org/aggregated/usage?depth=organization").get("spaces").size()).isZero();
        JsonNode space = report("org/aggregated/usage?depth=space").get("spaces").get(0);
        assertThat(space.has("consumers")).isFalse();
        assertThat(month(space).get("charge").decimalValue()).isEqualByComparingTo("46.09");
        WIREMOCK.verify(0, getRequestedFor(urlPathEqualTo("/v1/metering/aggregated/usage/consumers")));
    }

    @Test
    void slotsAreAsManyAsAskedFor() {
        now("2026-11-21T05:20:00Z");
        NEIGHBOURS.serve(demo());
        JsonNode windows = report("org/aggregated/usage?hours=49&days=32&months=13").get("windows");
        assertThat(List.of(windows.get(2).size(), windows.get(3).size(), windows.get(4).size()))
                .containsExactly(49, 32, 13);
        JsonNode atTheEpoch = report("org/aggregated/usage/0?hours=2&days=2&months=2").get("windows");
        assertThat(atTheEpoch.toString()).isEqualTo("[[null],[null],[null,null],[null,null],[null,null]]");
    }

    @Test
    void anOrganizationIdIsTakenAsSent() {
        now("2026-11-21T05:20:00Z");
        JsonNode report = report("a%2Fb%20c%25%3B%C3%A9%5C+%26/aggregated/usage");
        assertThat(report.get("organization_id").stringValue()).isEqualTo("a/b c%;é\\+&");
        assertThat(WIREMOCK.findAll(anyRequestedFor(anyUrl())).get(0).queryParameter("organization_id").firstValue())
                .isEqualTo("a/b c%;é\\+&");
    }

    @Test
    void allBadParametersAreListed() {
        var answer = get("org/aggregated/usage/never?hours=50&days=0&months=1.5&depth=planet");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        JsonNode problem = tree(answer);
        assertThat(problem.get("code").stringValue()).isEqualTo("invalid");
        assertThat(problem.get("invalid_parameters").valueStream().map(v -> v.get("field").stringValue()))
                .containsExactly("time", "hours", "days", "months", "depth");
        WIREMOCK.verify(0, anyRequestedFor(anyUrl()));
    }

    @Test
    void parametersAreAcceptedUpToTheirLimits() {
        now("2026-11-21T05:20:00Z");
        for (String bad : List.of("hours=-1", "hours=", "days=33", "days=1&days=2", "months=14", "months=0",
                "months=%2B1", "days=99999999999999999999", "depth=")) {
            assertThat(get("org/aggregated/usage?" + bad).statusCode()).as(bad).isEqualTo(400);
        }
        assertThat(get("org/aggregated/usage/253370764800000").statusCode()).isEqualTo(400);
        assertThat(get("org/aggregated/usage/253370764799999").statusCode()).isEqualTo(200);
        assertThat(get("org/aggregated/usage/-1").statusCode()).isEqualTo(400);
    }
}
