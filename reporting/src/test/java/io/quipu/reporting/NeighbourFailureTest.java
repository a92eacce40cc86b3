package io.quipu.reporting;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.quipu.common.stage.Watermark;
import io.quipu.common.totals.ConsumerWindow;
import io.quipu.common.wire.Json;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/** Neighbours that fail, are slow, lie, or are ahead of one another. */
class NeighbourFailureTest extends ReportingFixture {

    private static final String ORGANIZATION = "/v1/metering/aggregated/usage/organization";
    private static final String CONSUMERS = "/v1/metering/aggregated/usage/consumers";
    private static final String PLANS = "/v1/metering/aggregated/plans";
    private static final String INSTANCES = "/v1/metering/accumulated/usage/instances";
    private static final long NOW = ms("2026-11-21T05:10:00Z");

    @Autowired
    private Bulkhead bulkhead;

    @BeforeEach
    void someUsage() {
        now("2026-11-21T05:20:00Z");
        NEIGHBOURS.serve(ledger(3));
    }

    private static Ledger ledger(int usages) {
        Ledger ledger = new Ledger();
        for (int i = 0; i < usages; i++) {
            ledger.add(used("space", "app:" + i % 2));
        }
        return ledger;
    }

    private static Ledger.Used used(String space, String consumer) {
        return new Ledger.Used(space, consumer, "i", "llm", Plans.TOKENS, NOW,
                Map.of("thousand_input_tokens", BigDecimal.TEN), Map.of("thousand_input_tokens", new BigDecimal("0.1")));
    }

    private static void answer(String path, ResponseDefinitionBuilder answer) {
        WIREMOCK.stubFor(any(urlPathEqualTo(path)).atPriority(1).willReturn(answer));
    }

    private void unavailable(String code) {
        unavailable(code, "org/aggregated/usage?depth=instance");
    }

    private void unavailable(String code, String path) {
        unavailable(get(path), code);
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 503, 404, 204, 302})
    void anythingButTwoHundredIsUnavailable(int status) {
        for (String path : List.of(ORGANIZATION, CONSUMERS)) {
            startOver();
            someUsage();
            answer(path, aResponse().withStatus(status));
            unavailable("aggregator_unavailable");
        }
        startOver();
        someUsage();
        answer(INSTANCES, aResponse().withStatus(status));
        unavailable("accumulator_unavailable");
    }

    @Test
    void whatIsNoLongerKeptIsToldAsTheNeighbourTellsIt() {
        String gone = "{\"status\":410,\"code\":\"expired\",\"detail\":\"Nothing is kept any more of 2025-03.\"}";
        for (String path : List.of(ORGANIZATION, CONSUMERS, INSTANCES)) {
            startOver();
            someUsage();
            answer(path, aResponse().withStatus(410).withBody(gone));
            HttpResponse<String> answer = get("org/aggregated/usage?depth=instance");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(410);
            assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
            assertThat(tree(answer).get("code").stringValue()).isEqualTo("expired");
            assertThat(tree(answer).get("detail").stringValue()).isEqualTo("Nothing is kept any more of 2025-03.");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "{\"code\":\"expired\"}", "<html></html>"})
    void goneWithoutAReasonIsUnavailable(String body) {
        answer(ORGANIZATION, aResponse().withStatus(410).withBody(body));
        unavailable("aggregator_unavailable");
    }

    @ParameterizedTest
    @ValueSource(strings = {"EMPTY_RESPONSE", "MALFORMED_RESPONSE_CHUNK", "RANDOM_DATA_THEN_CLOSE",
        "CONNECTION_RESET_BY_PEER"})
    void aBrokenConnectionIsUnavailable(String fault) {
        for (String path : List.of(ORGANIZATION, CONSUMERS)) {
            startOver();
            someUsage();
            answer(path, aResponse().withFault(Fault.valueOf(fault)));
            unavailable("aggregator_unavailable");
        }
        startOver();
        someUsage();
        answer(INSTANCES, aResponse().withFault(Fault.valueOf(fault)));
        unavailable("accumulator_unavailable");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "{}", "null", "{\"documents\":[{}]}", "{\"documents\":[null]}",
        "{\"documents\":7}", "{\"consumer_id\":\"app:0\",\"documents\":[]}", "{\"end\":true}\n{\"end\":true}",
        "{\"consumer_id\":\"app:0\"}\n{\"end\":true}", "<html></html>", "{\"end\":false}",
        "{\"documents\":[{\"version\":3}]}\n{\"end\":true}"})
    void aBrokenBodyIsUnavailable(String body) {
        if (!body.contains("documents\":[]")) {
            answer(ORGANIZATION, aResponse().withBody(body));
            unavailable("aggregator_unavailable");
            startOver();
            someUsage();
        }
        answer(CONSUMERS, aResponse().withBody(body));
        unavailable("aggregator_unavailable");
        startOver();
        someUsage();
        answer(INSTANCES, aResponse().withBody(body));
        unavailable("accumulator_unavailable");
    }

    @Test
    void aStreamWithoutItsLastLineWasCut() {
        String whole = consumers(ledger(3), Set.of("2026-11", "2026-11-21"), 1);
        answer(CONSUMERS, aResponse().withBody(whole));
        assertThat(get("org/aggregated/usage").statusCode()).isEqualTo(200);
        answer(CONSUMERS, aResponse().withBody(whole.replace("{\"end\":true}\n", "")));
        unavailable("aggregator_unavailable");
        answer(CONSUMERS, aResponse().withBody(whole.substring(0, whole.length() / 2)));
        unavailable("aggregator_unavailable");
    }

    @Test
    void documentsThatWereNotAskedForAreRefused() {
        String whole = consumers(ledger(3), Set.of("2026-11"), 1);
        answer(CONSUMERS, aResponse().withBody(whole.replace("\"organization_id\":\"org\"",
                "\"organization_id\":\"other\"")));
        unavailable("aggregator_unavailable");
        answer(CONSUMERS, aResponse().withBody(whole.replace("\"window\":\"2026-11\"", "\"window\":\"2025-11\"")));
        unavailable("aggregator_unavailable");
    }

    @Test
    void aPlanVersionThatIsNotThereMakesTheReportUnavailable() {
        Ledger ledger = new Ledger().add(new Ledger.Used("space", "app:1", "i", "r",
                Plans.plan("lost", "lost", "lost", "lost", "m:sum"), NOW, Map.of("m", BigDecimal.ONE), Map.of()));
        NEIGHBOURS.serve(ledger);
        answer(PLANS, aResponse().withBody("{}"));
        unavailable("aggregator_unavailable");
    }

    @Test
    void planVersionsAreFetchedOnce() {
        Ledger ledger = new Ledger();
        for (int i = 0; i < 150; i++) {
            ledger.add(new Ledger.Used("space", "app:1", "i", "r",
                    Plans.plan("p" + i, "once", "once", "once", "m:sum"), NOW, Map.of("m", BigDecimal.ONE), Map.of()));
        }
        NEIGHBOURS.serve(ledger);
        report("org/aggregated/usage");
        report("org/aggregated/usage");
        WIREMOCK.verify(2, getRequestedFor(urlPathEqualTo(PLANS)));
    }

    @Test
    void aSlowAnswerIsWaitedFor() {
        answer(CONSUMERS, aResponse().withFixedDelay(300).withTransformers("neighbours"));
        assertThat(report("org/aggregated/usage").get("settled").booleanValue()).isTrue();
    }

    @Test
    void aNeighbourThatKeepsFailingIsLeftAlone() {
        answer(ORGANIZATION, aResponse().withStatus(503));
        for (int i = 0; i < 12; i++) {
            unavailable("aggregator_unavailable");
        }
        WIREMOCK.verify(10, anyRequestedFor(anyUrl()));
        assertThat(get("org/aggregated/usage").headers().firstValue("Retry-After")).contains("60");
    }

    @Test
    void moreReportsAtATimeThanMayBeAreRefused() {
        int held = 0;
        while (bulkhead.tryAcquirePermission()) {
            held++;
        }
        try {
            assertThat(held).isEqualTo(4);
            unavailable("overloaded");
        } finally {
            for (int i = 0; i < held; i++) {
                bulkhead.releasePermission();
            }
        }
        report("org/aggregated/usage");
    }

    @Test
    void aFailedReportGivesItsPlaceBack() {
        answer(INSTANCES, aResponse().withStatus(500));
        for (int i = 0; i < 6; i++) {
            unavailable("accumulator_unavailable");
        }
        assertThat(bulkhead.getMetrics().getAvailableConcurrentCalls()).isEqualTo(4);
    }

    @Test
    void aCutThatIsNotExactIsReadAgain() {
        NEIGHBOURS.serve(ledger(2), ledger(3), 2);
        JsonNode report = report("org/aggregated/usage");
        assertThat(report.get("settled").booleanValue()).isTrue();
        assertThat(quantity(report)).isEqualTo("30");
        WIREMOCK.verify(3, getRequestedFor(urlPathEqualTo(ORGANIZATION)));
    }

    @Test
    void aCutThatStaysInexactIsTotalledFromWhatWasRead() {
        Ledger children = ledger(3).add(used("other", "app:9")).add(used("space", "app:1"));
        NEIGHBOURS.serve(children.first(4), children, 1000);
        JsonNode report = report("org/aggregated/usage");
        assertThat(report.get("settled").booleanValue()).isFalse();
        WIREMOCK.verify(4, getRequestedFor(urlPathEqualTo(ORGANIZATION)));
        // the parent knows of four usages, the children of five
        assertThat(quantity(report)).isEqualTo("50");
        assertThat(quantity(report.get("spaces").get(1))).isEqualTo("40");
        JsonNode hours = report.get("resources").get(0).get("aggregated_usage").get(0).get("windows").get(2);
        assertThat(hours.get(0).get("quantity").toString()).isEqualTo("40");
    }

    @Test
    void withoutConsumersAReportIsAlwaysSettled() {
        NEIGHBOURS.serve(ledger(2), ledger(3), 1000);
        JsonNode report = report("org/aggregated/usage?depth=space");
        assertThat(report.get("settled").booleanValue()).isTrue();
        assertThat(quantity(report)).isEqualTo("20");
    }

    private static String quantity(JsonNode scope) {
        return scope.get("resources").get(0).get("aggregated_usage").get(0).get("windows").get(4).get(0)
                .get("quantity").toString();
    }

    /** The consumers of a ledger, so many times each, under other names. */
    private static String consumers(Ledger ledger, Set<String> windows, int copies) {
        StringBuilder lines = new StringBuilder();
        Set<io.quipu.common.time.Window> asked = new TreeSet<>();
        windows.forEach(window -> asked.add(io.quipu.common.time.Window.parse(window)));
        ledger.consumers("space", asked).forEach((id, documents) -> {
            for (int copy = 0; copy < copies; copy++) {
                String consumer = copies == 1 ? id : id + "-" + copy;
                List<ConsumerWindow> copied = documents.stream().map(d -> new ConsumerWindow(ConsumerWindow.VERSION, d.organizationId(),
                        d.spaceId(), consumer, d.window(), new Watermark(0, List.of(), -1), d.processed(), d.plans()))
                        .toList();
                lines.append(new String(Json.write(Map.of("consumer_id", consumer, "documents", copied)),
                        StandardCharsets.UTF_8)).append('\n');
            }
        });
        return lines.append("{\"end\":true}\n").toString();
    }

    @Test
    void tenThousandConsumersAreReadInOneRequest() {
        String lines = consumers(ledger(1), Set.of("2026-11", "2026-11-21"), 10_000);
        answer(CONSUMERS, aResponse().withBody(lines));
        HttpResponse<String> answer = get("org/aggregated/usage?hours=0&days=1&months=1");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValueAsLong("Content-Length"))
                .hasValue(answer.body().getBytes(StandardCharsets.UTF_8).length);
        assertThat(tree(answer).get("spaces").get(0).get("consumers").size()).isEqualTo(10_000);
        WIREMOCK.verify(1, getRequestedFor(urlPathEqualTo(ORGANIZATION)));
        WIREMOCK.verify(1, getRequestedFor(urlPathEqualTo(CONSUMERS)));
        WIREMOCK.verify(0, postRequestedFor(urlPathEqualTo(INSTANCES)));
    }

    @Test
    void instancesAreReadOfFewConsumersFirstAndOfAHundredAtMost() {
        answer(CONSUMERS, aResponse().withBody(consumers(ledger(1), Set.of("2026-11", "2026-11-21"), 330)));
        assertThat(get("org/aggregated/usage?depth=instance").statusCode()).isEqualTo(200);
        assertThat(WIREMOCK.findAll(postRequestedFor(urlPathEqualTo(INSTANCES))))
                .extracting(request -> Json.shared().readTree(request.getBody()).get("consumer_ids").size())
                .containsExactlyInAnyOrder(8, 16, 32, 64, 100, 100, 10);
    }

    @Test
    void healthInfoAndMetricsAreThere() {
        report("org/aggregated/usage");
        for (String path : List.of("health/liveness", "health/readiness", "info", "prometheus")) {
            assertThat(getAt("/actuator/" + path).statusCode()).as(path).isEqualTo(200);
        }
        assertThat(getAt("/actuator/prometheus").body()).contains("quipu_reporting_cuts_unsettled_total");
    }
}
