package io.quipu.reporting;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import io.quipu.common.time.Window;
import io.quipu.common.wire.Json;
import io.quipu.reporting.source.InstanceDocuments;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Reports of metrics that are weighted by time, over HTTP. */
class LevelReportTest extends ReportingFixture {

    private static final BigDecimal PRICE = new BigDecimal("0.00028");

    static Ledger.Used level(String space, String consumer, String time, String change) {
        return new Ledger.Used(space, consumer, "i", "linux-container", Plans.RUNTIME, ms(time), Map.of(), Map.of(),
                List.of(new Ledger.Changed("memory", ms(time), new BigDecimal(change), PRICE.multiply(new BigDecimal(change)))));
    }

    private static Ledger.Used calls(String time) {
        return new Ledger.Used("space", "app:1", "i", "linux-container", Plans.RUNTIME, ms(time),
                Map.of("heavy_api_calls", BigDecimal.TEN), Map.of());
    }

    private static final String WINDOWS =
            "&window=2026-11-19&window=2026-11-20&window=2026-11-21&window=2026-10&window=2026-11";

    /** The metric memory of the only plan of a scope. */
    private static JsonNode memory(JsonNode scope) {
        return scope.get("resources").get(0).get("plans").get(0).get("aggregated_usage").get(0);
    }

    private static List<String> summaries(JsonNode scope, int unit) {
        return StreamSupport.stream(memory(scope).get("windows").get(unit).spliterator(), false)
                .map(slot -> slot.isNull() ? "-" : slot.get("summary").decimalValue().toPlainString()).toList();
    }

    private static List<LoggedRequest> requests() {
        return WIREMOCK.findAll(anyRequestedFor(anyUrl()));
    }

    @Test
    void anAppsLifeAddsUpAtEveryLevel() {
        Ledger ledger = new Ledger().add(level("space", "app:1", "2015-10-10T06:00:00Z", "2"));
        NEIGHBOURS.serve(ledger);
        now("2015-10-10T07:00:00Z");
        assertThat(summaries(report("org/aggregated/usage"), 4)).containsExactly("2", "-");
        NEIGHBOURS.serve(ledger.add(level("space", "app:1", "2015-10-12T18:00:00Z", "1")));
        now("2015-10-12T19:00:00Z");
        assertThat(summaries(report("org/aggregated/usage"), 4)).containsExactly("123", "-");
        NEIGHBOURS.serve(ledger.add(level("space", "app:1", "2015-10-14T00:00:00Z", "-3")));
        now("2015-10-14T01:00:00Z");
        JsonNode report = report("org/aggregated/usage?days=6&hours=2");
        for (JsonNode scope : List.of(report, report.get("spaces").get(0),
                report.get("spaces").get(0).get("consumers").get(0))) {
            assertThat(summaries(scope, 4)).containsExactly("210", "-");
            assertThat(summaries(scope, 3)).containsExactly("0", "72", "54", "48", "36", "-");
        }
        assertThat(summaries(report, 2)).containsExactly("-", "0");
        assertThat(memory(report).get("windows").get(4).get(0).toString())
                .as("the average of 210 over 313 hours").isEqualTo("{\"quantity\":{\"average\":0.6709265175718849840255591054313099,"
                        + "\"consumed\":210,\"consuming\":0},\"summary\":210,\"cost\":0.0588,\"charge\":0.0588}");
        assertThat(report.get("windows").get(4).get(0).toString()).isEqualTo("{\"charge\":0.0588}");
        assertThat(report.get("settled").booleanValue()).isTrue();
    }

    @Test
    void whatRunsUntouchedIsReportedAtEveryLevelThoughNoDocumentSaysSo() {
        NEIGHBOURS.serve(new Ledger().add(level("space", "app:1", "2015-10-10T00:00:00Z", "2"))
                .add(level("other", "app:2", "2015-10-10T00:00:00Z", "1"))
                .add(level("other", "app:2", "2015-10-11T00:00:00Z", "-1")));
        now("2016-01-01T00:00:00Z");
        JsonNode report = report("org/aggregated/usage?months=3&days=3&depth=consumer");
        assertThat(report.get("spaces").size()).as("the other has long ended").isEqualTo(1);
        JsonNode space = report.get("spaces").get(0);
        for (JsonNode scope : List.of(report, space, space.get("consumers").get(0))) {
            assertThat(summaries(scope, 4)).containsExactly("0", "1488", "1440");
            assertThat(summaries(scope, 3)).containsExactly("0", "48", "48");
        }
        assertThat(space.get("consumers").get(0).get("consumer_id").stringValue()).isEqualTo("app:1");
        JsonNode past = report("org/aggregated/usage/" + ms("2015-10-31T12:00:00Z") + "?days=1&months=2");
        assertThat(summaries(past, 4)).as("2 × 528 up to the end of the last day, and the other's 24")
                .containsExactly("1080", "-");
    }

    @Test
    void consumersAreAskedForLevelsOnlyWhereTheirSpaceHasThem() {
        NEIGHBOURS.serve(new Ledger().add(level("space", "app:1", "2026-11-20T00:00:00Z", "2"))
                .add(new Ledger.Used("plain", "app:2", "i", "llm", Plans.TOKENS, ms("2026-11-21T05:00:00Z"),
                        Map.of("thousand_input_tokens", BigDecimal.ONE), Map.of())));
        now("2026-11-21T05:20:00Z");
        report("org/aggregated/usage");
        assertThat(requests().stream().filter(r -> r.getUrl().contains("/consumers"))
                .map(r -> r.queryParameter("space_id").firstValue() + " " + r.queryParameter("levels").isPresent()))
                .containsExactly("plain false", "space true");
        assertThat(requests().stream().filter(r -> r.getUrl().contains("/usage/organization"))
                .map(r -> List.of(r.queryParameter("window").values(), r.queryParameter("window_of_levels").values())))
                .as("one reading").containsExactly(List.of(
                        List.of("2026-11-19", "2026-11-20", "2026-11-21", "2026-10", "2026-11"), List.of("2026-11-22")));
    }

    @Test
    void theMonthsOfHoursAreReadWhereThereAreLevels() {
        NEIGHBOURS.serve(new Ledger().add(level("space", "app:1", "2026-10-30T00:00:00Z", "2")));
        now("2026-11-01T00:30:00Z");
        JsonNode report = report("org/aggregated/usage?months=1&days=1");
        assertThat(report.get("settled").booleanValue()).isTrue();
        assertThat(summaries(report, 2)).containsExactly("1", "2");
        assertThat(requests().stream().filter(r -> r.getUrl().contains("/usage/organization"))
                .map(r -> r.getUrl().replaceAll(".*organization_id=org", ""))).containsExactly(
                "&window=2026-10-31&window=2026-11-01&window=2026-11&window_of_levels=2026-11-02&window_of_levels=2026-10");
    }

    @Test
    void whatIsReadOnlyWithLevelsIsRefusedWithoutThem() {
        String documents = new String(Json.write(new Ledger().add(calls("2026-11-22T00:00:00Z"))
                .organization(Set.of(Window.parse("2026-11-22")))), StandardCharsets.UTF_8);
        WIREMOCK.stubFor(any(anyUrl()).atPriority(1).willReturn(okJson("{\"documents\":" + documents + "}")));
        now("2026-11-21T05:00:00Z");
        assertThat(get("org/aggregated/usage").statusCode()).isEqualTo(503);
    }

    @Test
    void anOrganizationWithoutLevelsIsReadAsEver() {
        NEIGHBOURS.serve(new Ledger().add(calls("2026-11-21T05:10:00Z")));
        now("2026-11-21T05:20:00Z");
        JsonNode report = report("org/aggregated/usage");
        assertThat(report.get("spaces").get(0).get("consumers").size()).isEqualTo(1);
        assertThat(requests().stream().filter(r -> !r.getUrl().contains("/plans"))
                .map(r -> r.getUrl().replaceAll(".*/usage/", ""))).containsExactly(
                "organization?organization_id=org" + WINDOWS + "&window_of_levels=2026-11-22",
                "consumers?organization_id=org&space_id=space" + WINDOWS);
    }

    @Test
    void whileABatchIsBeingWrittenEverythingIsReadAgain() {
        Ledger ledger = new Ledger().add(level("space", "app:1", "2026-10-31T22:00:00Z", "2"))
                .add(level("space", "app:1", "2026-11-20T00:00:00Z", "1"))
                .add(level("space", "app:2", "2026-11-21T00:00:00Z", "1"));
        now("2026-11-21T05:00:00Z");
        for (String depth : List.of("organization", "consumer")) {
            NEIGHBOURS.serveLevelsAhead(ledger.first(1), ledger, 3);
            JsonNode settled = report("org/aggregated/usage?depth=" + depth);
            assertThat(settled.get("settled").booleanValue()).isTrue();
            assertThat(summaries(settled, 4)).as("2 × 485 + 29 + 5").containsExactly("1004", "4");
            NEIGHBOURS.serveLevelsAhead(ledger.first(1), ledger, 100);
            JsonNode torn = report("org/aggregated/usage?depth=" + depth);
            assertThat(torn.get("settled").booleanValue()).isFalse();
        }
    }

    @Test
    void whenConsumersStayAheadTheirLevelsAreAddedUp() {
        Ledger ledger = new Ledger().add(level("space", "app:1", "2026-10-01T00:00:00Z", "2"))
                .add(calls("2026-11-21T01:00:00Z")).add(level("space", "app:2", "2026-11-21T00:00:00Z", "1"));
        now("2026-11-21T05:00:00Z");
        NEIGHBOURS.serve(ledger.first(2), ledger, 100);
        JsonNode report = report("org/aggregated/usage");
        assertThat(report.get("settled").booleanValue()).isFalse();
        assertThat(summaries(report, 4)).as("2 × 485 + 5").containsExactly("975", "1488");
        assertThat(summaries(report.get("spaces").get(0), 3)).containsExactly("15", "48", "48");
    }

    @Test
    void aConsumerWhoseLevelsAloneAreAheadMakesTheCutInexact() {
        Ledger ledger = new Ledger().add(level("space", "app:1", "2026-11-01T00:00:00Z", "2"))
                .add(level("space", "app:1", "2026-08-01T00:00:00Z", "1"));
        now("2026-11-21T00:00:00Z");
        NEIGHBOURS.serve(ledger.first(1), ledger, 2);
        JsonNode settled = report("org/aggregated/usage?months=1");
        assertThat(settled.get("settled").booleanValue()).isTrue();
        assertThat(summaries(settled, 4)).as("3 × 480").containsExactly("1440");
        NEIGHBOURS.serve(ledger.first(1), ledger, 100);
        JsonNode report = report("org/aggregated/usage?months=1");
        assertThat(report.get("settled").booleanValue()).isFalse();
        assertThat(summaries(report, 4)).containsExactly("1440");
    }

    /** The only plan of the only consumer. */
    private static JsonNode plan(JsonNode report) {
        return report.get("spaces").get(0).get("consumers").get(0).get("resources").get(0).get("plans").get(0);
    }

    @Test
    void anInstanceShowsItsLevelAsItsConsumerDoesWithoutMoney() {
        NEIGHBOURS.serve(new Ledger().add(level("space", "app:1", "2026-11-20T00:00:00Z", "2"))
                .add(calls("2026-11-21T01:00:00Z")));
        now("2026-11-21T05:00:00Z");
        JsonNode instance = plan(report("org/aggregated/usage?depth=instance")).get("resource_instances").get(0);
        assertThat(instance.get("p").longValue()).isEqualTo(1_000_001);
        assertThat(instance.get("aggregated_usage").valueStream().map(metric -> metric.get("metric").stringValue()))
                .containsExactly("memory", "heavy_api_calls", "storage");
        assertThat(instance.get("aggregated_usage").get(0).get("windows").get(3).toString()).isEqualTo(
                "[{\"quantity\":{\"average\":2,\"consumed\":10,\"consuming\":2},\"summary\":10},"
                        + "{\"quantity\":{\"average\":2,\"consumed\":48,\"consuming\":2},\"summary\":48},null]");
    }

    @Test
    void anInstanceThatRunsUntouchedIsReportedThoughNoDocumentSaysSo() {
        NEIGHBOURS.serve(new Ledger().add(level("space", "app:1", "2015-10-10T00:00:00Z", "2")));
        now("2016-01-01T00:00:00Z");
        JsonNode instance = plan(report("org/aggregated/usage?months=4&days=2&depth=instance")).get("resource_instances").get(0);
        assertThat(instance.get("id").stringValue()).isEqualTo("i");
        assertThat(instance.get("t").stringValue()).isEqualTo("0000000001000000");
        assertThat(instance.get("aggregated_usage").get(0).get("windows").get(4).valueStream()
                .map(slot -> slot.get("summary").decimalValue().toPlainString())).containsExactly("0", "1488", "1440", "1056");
        JsonNode past = plan(report("org/aggregated/usage/" + ms("2015-10-31T12:00:00Z") + "?months=1&days=1&depth=instance"));
        assertThat(past.get("resource_instances").get(0).get("aggregated_usage").get(0).get("windows").get(4).get(0).get("summary")
                .decimalValue()).isEqualByComparingTo("1056");
    }

    @Test
    void levelsOfAnInstanceThatWasNotAskedForAreRefused() {
        Ledger ledger = new Ledger().add(level("space", "app:1", "2026-11-20T00:00:00Z", "2"));
        NEIGHBOURS.serve(ledger);
        InstanceDocuments told = ledger.instances("space", List.of("app:1"), Set.of()).get(0);
        WIREMOCK.stubFor(any(urlPathEqualTo("/v1/metering/accumulated/usage/instances")).atPriority(1).willReturn(okJson(
                new String(Json.write(told), StandardCharsets.UTF_8).replace("app:1", "app:2") + "\n{\"end\":true}\n")));
        now("2026-11-21T05:00:00Z");
        assertThat(get("org/aggregated/usage?depth=instance").statusCode()).isEqualTo(503);
    }

    @Test
    void levelsOfAnotherOrganizationAreRefused() {
        WIREMOCK.stubFor(any(anyUrl()).atPriority(1).willReturn(okJson("{\"documents\":[],\"levels\":{\"version\":1,"
                        + "\"organization_id\":\"else\",\"watermark\":{\"position\":1,\"rejected\":[],\"pruned_to\":-1},"
                        + "\"plans\":[],\"spaces\":[]}}")));
        now("2026-11-21T05:00:00Z");
        assertThat(get("org/aggregated/usage").statusCode()).isEqualTo(503);
    }
}
