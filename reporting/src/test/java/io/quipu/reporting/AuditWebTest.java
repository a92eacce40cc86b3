package io.quipu.reporting;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.quipu.common.plan.MeteringPlan;
import io.quipu.common.plan.PlanVersion;
import io.quipu.common.plan.PricingPlan;
import io.quipu.common.plan.RatingPlan;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/** The audit as a service: its answers, and neighbours that fail or lie. */
class AuditWebTest extends ReportingFixture {

    private static final String AUDIT = "org/audit/2026-11";
    private static final String ORGANIZATION = "/v1/metering/aggregated/usage/organization";
    private static final String CONSUMERS = "/v1/metering/aggregated/usage/consumers";
    private static final String INSTANCES = "/v1/metering/accumulated/usage/instances";
    private static final String LOG = "/v1/metering/collected/usage/log";
    private static final String PROGRESS = LOG + "/progress";
    private static final long NOW = ms("2026-11-21T05:10:00Z");

    @Autowired
    private Bulkhead auditBulkhead;

    @BeforeEach
    void someUsage() {
        NEIGHBOURS.serve(ledger(3));
    }

    private static Ledger ledger(int usages) {
        Ledger ledger = new Ledger();
        for (int i = 0; i < usages; i++) {
            ledger.add(new Ledger.Used("space", "app:" + i % 2, "i", "llm", Plans.TOKENS, NOW + i,
                    Map.of("thousand_input_tokens", BigDecimal.valueOf(10 + i)), Map.of()));
        }
        return ledger;
    }

    private static void answer(String path, ResponseDefinitionBuilder answer) {
        WIREMOCK.stubFor(any(urlPathEqualTo(path)).atPriority(1).willReturn(answer));
    }

    private JsonNode audit() {
        HttpResponse<String> answer = get(AUDIT);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
        return tree(answer);
    }

    private void problem(int status, String code, HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(tree(answer).get("code").stringValue()).isEqualTo(code);
        assertThat(answer.headers().firstValue("Retry-After").isPresent()).isEqualTo(status == 503);
    }

    private void unavailable(String neighbour) {
        problem(503, neighbour + "_unavailable", get(AUDIT));
    }

    @Test
    void whatTheLogAddsUpToIsClean() {
        JsonNode audit = audit();
        assertThat(audit.toString()).isEqualTo("{\"organization_id\":\"org\",\"month\":\"2026-11\",\"verdict\":\"clean\","
                + "\"usages\":3,\"duplicates\":0,\"rejected\":0,\"documents\":10,\"figures\":42,\"difference_count\":0,"
                + "\"differences\":[],\"partition\":0,\"cursor\":2}");
        assertThat(tree(get("nobody/audit/2026-11")).get("usages").intValue()).isZero();
        assertThat(tree(get("org/audit/2026-10")).get("verdict").stringValue()).isEqualTo("clean");
    }

    @Test
    void levelsAreLeftOutAndTheReportSaysSo() {
        Ledger ledger = ledger(3)
                .add(LevelReportTest.level("space", "app:9", "2026-10-31T22:00:00Z", "2"))
                .add(runtime("2026-11-20T06:00:00Z", Map.of("heavy_api_calls", BigDecimal.TEN),
                        "2026-11-20T06:00:00Z", "2026-11-21T04:00:00Z"))
                .add(runtime("2026-10-31T23:00:00Z", Map.of(), "2026-10-31T23:00:00Z", "2026-11-19T00:00:00Z"));
        NEIGHBOURS.serve(ledger);
        for (String month : List.of("2026-10", "2026-11")) {
            JsonNode audit = tree(get("org/audit/" + month));
            assertThat(audit.get("verdict").stringValue()).as(audit.toPrettyString()).isEqualTo("clean");
            assertThat(audit.get("not_audited").toString()).isEqualTo("[\"memory\"]");
        }
        NEIGHBOURS.serve(ledger.first(4), ledger, 1_000);
        assertThat(audit().get("verdict").stringValue()).as("the calls are missing").isEqualTo("different");
    }

    @Test
    void metricsOfFormulasAreLeftOutAndTheOthersAreAudited() {
        PlanVersion mixed = new PlanVersion("mixed", new MeteringPlan("mixed", List.of(), List.of(
                new MeteringPlan.Metric("heavy_api_calls", "CALL", null, null, "sum"),
                new MeteringPlan.Metric("storage", "BYTE", null, "m => ({ used: m.storage })", "(state, quantity) => quantity"))),
                new RatingPlan("mixed", List.of()), new PricingPlan("mixed", List.of()));
        Ledger ledger = ledger(3);
        for (String calls : List.of("10", "7")) {
            ledger.add(new Ledger.Used("space", "app:9", "i", "object-storage", mixed, NOW, Map.of("heavy_api_calls",
                    new BigDecimal(calls), "storage", BigDecimal.ONE), Map.of()));
        }
        NEIGHBOURS.serve(ledger);
        JsonNode audit = audit();
        assertThat(audit.get("verdict").stringValue()).as(audit.toPrettyString()).isEqualTo("clean");
        assertThat(audit.get("not_audited").toString()).isEqualTo("[\"storage\"]");

        NEIGHBOURS.serve(ledger.first(4), ledger, 1_000);
        JsonNode missing = audit();
        assertThat(missing.get("verdict").stringValue()).as("calls are missing").isEqualTo("different");
        missing.get("differences").forEach(difference -> assertThat(difference.path("metric").asString("heavy_api_calls"))
                .isEqualTo("heavy_api_calls"));
    }

    /** Also stops what it starts, at another time. */
    private static Ledger.Used runtime(String end, Map<String, BigDecimal> quantities, String from, String to) {
        return new Ledger.Used("space", "app:9", "i", "linux-container", Plans.RUNTIME, ms(end), quantities, Map.of(),
                List.of(new Ledger.Changed("memory", ms(from), BigDecimal.ONE, BigDecimal.ZERO),
                        new Ledger.Changed("memory", ms(to), BigDecimal.ONE.negate(), BigDecimal.ZERO)));
    }

    @Test
    void whatItDoesNotAddUpToIsListedWithTheUsageThatExplainsIt() {
        // The parents have not heard of the last usage, though the cursor has passed it.
        NEIGHBOURS.serve(ledger(2), ledger(3), 1_000);
        JsonNode audit = audit();
        assertThat(audit.get("verdict").stringValue()).isEqualTo("different");
        assertThat(audit.get("difference_count").intValue()).as(audit.toPrettyString()).isEqualTo(7);
        JsonNode quantity = audit.get("differences").get(1);
        assertThat(quantity.toString()).isEqualTo("{\"level\":\"organization\",\"document\":\"organization/org/2026-11\","
                + "\"resource_id\":\"llm\",\"plan_id\":\"standard/llm/llm/llm\",\"metric\":\"thousand_input_tokens\","
                + "\"window\":\"2026-11\",\"field\":\"quantity\",\"stored\":21,\"audited\":33,"
                + "\"explained_by\":[{\"position\":2,\"location\":\"/usage/2\",\"how\":\"missing\"}]}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"2026", "2026-1", "2026-13", "2026-00", "2026-11-21", "2026-11-21T05", "x", "11-2026",
        "9999-01", "1969-12", "%20"})
    void whatIsNoMonthIsRefused(String month) {
        HttpResponse<String> answer = get("org/audit/" + month);
        problem(400, "invalid", answer);
        assertThat(tree(answer).get("invalid_parameters").get(0).get("field").stringValue()).isEqualTo("month");
        WIREMOCK.verify(0, anyRequestedFor(urlPathEqualTo(PROGRESS)));
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 503, 404, 410, 204, 302})
    void anythingButTwoHundredIsUnavailable(int status) {
        Map<String, String> paths = Map.of(PROGRESS, "collector", LOG, "collector", ORGANIZATION, "aggregator",
                CONSUMERS, "aggregator", INSTANCES, "accumulator");
        paths.forEach((path, neighbour) -> {
            startOver();
            someUsage();
            answer(path, aResponse().withStatus(status));
            unavailable(neighbour);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"EMPTY_RESPONSE", "MALFORMED_RESPONSE_CHUNK", "RANDOM_DATA_THEN_CLOSE",
        "CONNECTION_RESET_BY_PEER"})
    void aBrokenConnectionIsUnavailable(String fault) {
        for (String path : List.of(PROGRESS, LOG)) {
            startOver();
            someUsage();
            answer(path, aResponse().withFault(Fault.valueOf(fault)));
            unavailable("collector");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "{}", "null", "{\"end\":true}", "{\"end\":false}", "<html></html>",
        "{\"page\":{\"complete\":true}}", "{\"page\":{}}\n{\"end\":true}",
        "{\"page\":{\"complete\":true}}\n{\"page\":{\"complete\":true}}\n{\"end\":true}",
        "{\"page\":{\"complete\":true}}\n{\"end\":true}\n{\"end\":true}", "{\"usage\":{}}\n{\"end\":true}",
        "{\"plan\":{}}\n{\"end\":true}", "{\"plan\":{\"id\":\"x\",\"version\":{}}}\n{\"end\":true}"})
    void aBrokenPageIsUnavailable(String body) {
        answer(LOG, aResponse().withBody(body));
        unavailable("collector");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "null", "[]", "{\"partition\":0}", "{\"cursor\":0}"})
    void brokenProgressIsUnavailable(String body) {
        answer(PROGRESS, aResponse().withBody(body));
        unavailable("collector");
    }

    @Test
    void aPageThatIsNotWhatWasAskedForIsUnavailable() {
        String whole = getFromNeighbour();
        answer(LOG, aResponse().withBody(whole.replace(",\"next\":1", "")));
        assertThat(audit().get("verdict").stringValue()).isEqualTo("clean");
        for (String[] lie : new String[][] {{"\"organization_id\":\"org\"", "\"organization_id\":\"other\""},
            {"\"end\":" + NOW + "}", "\"end\":" + ms("2026-12-01T00:00:00Z") + "}"}, {"\"position\":1", "\"position\":0"},
            {"\"thousand_input_tokens\",\"unit\"", "\"tokens\",\"unit\""}, {"{\"plan\":", "{\"other\":"}}) {
            startOver();
            answer(LOG, aResponse().withBody(whole.replace(",\"next\":1", "").replace(lie[0], lie[1])));
            unavailable("collector");
        }
    }

    /** Or an audit would go on for ever. */
    @Test
    void pagesMustGoOn() {
        String whole = getFromNeighbour();
        NEIGHBOURS.serve(new Ledger());
        answer(PROGRESS, aResponse().withBody("{\"partition\":0,\"cursor\":9999999}"));
        answer(LOG, aResponse().withBody("{\"page\":{\"complete\":true,\"next\":7}}\n{\"end\":true}\n"));
        unavailable("collector");
        WIREMOCK.verify(1 + 2, getRequestedFor(urlPathEqualTo(LOG)));
        answer(LOG, aResponse().withBody(whole.replace("\"next\":1", "\"next\":0")));
        unavailable("collector");
    }

    private String getFromNeighbour() {
        try {
            return HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create(
                    WIREMOCK.baseUrl() + LOG + "?organization_id=org&month=2026-11")).build(),
                    HttpResponse.BodyHandlers.ofString()).body();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aTrimmedLogAllowsNoVerdict() {
        answer(LOG, aResponse().withBody("{\"page\":{\"complete\":false}}\n{\"end\":true}\n"));
        problem(410, "trimmed", get(AUDIT));
    }

    @Test
    void whatIsTooLargeIsRefused() {
        NEIGHBOURS.serve(ledger(201));
        problem(422, "audit_too_large", get(AUDIT));
        Ledger wide = new Ledger();
        for (int i = 0; i < 150; i++) {
            wide.add(new Ledger.Used("space", "app:" + i, "i", "llm", Plans.TOKENS, NOW,
                    Map.of("thousand_input_tokens", BigDecimal.ONE), Map.of()));
        }
        NEIGHBOURS.serve(wide);
        problem(422, "audit_too_large", get(AUDIT));
        NEIGHBOURS.serve(ledger(200));
        assertThat(audit().get("usages").intValue()).isEqualTo(200);
    }

    @Test
    void aNeighbourThatKeepsFailingIsLeftAlone() {
        answer(PROGRESS, aResponse().withStatus(503));
        for (int i = 0; i < 12; i++) {
            unavailable("collector");
        }
        WIREMOCK.verify(10, anyRequestedFor(urlPathEqualTo(PROGRESS)));
        assertThat(get(AUDIT).headers().firstValue("Retry-After")).contains("60");
    }

    @Test
    void oneAuditAtATime() {
        assertThat(auditBulkhead.tryAcquirePermission()).isTrue();
        try {
            problem(503, "overloaded", get(AUDIT));
        } finally {
            auditBulkhead.releasePermission();
        }
        audit();
        answer(LOG, aResponse().withStatus(500));
        unavailable("collector");
        assertThat(auditBulkhead.getMetrics().getAvailableConcurrentCalls()).as("a failed audit gives its place back")
                .isEqualTo(1);
    }
}
