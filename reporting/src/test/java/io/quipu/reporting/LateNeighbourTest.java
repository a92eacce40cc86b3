package io.quipu.reporting;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.test.context.TestPropertySource;

/**
 * Neighbours that are waited for too long. In a context of its own: with limits this short, the tests of everything else
 * would fail on a machine that is busy.
 */
@TestPropertySource(properties = {"quipu.reporting.response-timeout=2s", "quipu.reporting.answer-timeout=3s"})
class LateNeighbourTest extends ReportingFixture {

    private static final String REPORT = "/v1/metering/organizations/org/aggregated/usage?depth=instance";
    private static final String AUDIT = "/v1/metering/organizations/org/audit/2026-11";
    private static final String RUNNING = "/v1/metering/organizations/org/running";
    private static final String GRAPH =
            "/v1/metering/aggregated/usage/graph/%7Borganization(organization_id:%22org%22)%7Bid%7D%7D";

    @BeforeEach
    void someUsage() {
        now("2026-11-21T05:20:00Z");
        NEIGHBOURS.serve(new Ledger().add(new Ledger.Used("space", "app:1", "i", "llm", Plans.TOKENS,
                ms("2026-11-21T05:10:00Z"), Map.of("thousand_input_tokens", BigDecimal.TEN), Map.of())));
    }

    private static void answer(String path, ResponseDefinitionBuilder answer) {
        WIREMOCK.stubFor(any(urlPathEqualTo("/v1/metering/" + path)).atPriority(1).willReturn(answer));
    }

    @ParameterizedTest
    @CsvSource({"aggregated/usage/organization, aggregator, " + REPORT, "aggregated/usage/consumers, aggregator, " + REPORT,
        "accumulated/usage/instances, accumulator, " + REPORT, "collected/usage/log/progress, collector, " + AUDIT,
        "collected/usage/log, collector, " + AUDIT, "accumulated/usage/running, accumulator, " + RUNNING,
        "aggregated/usage/organization, aggregator, " + GRAPH})
    void oneThatDoesNotAnswerInTimeIsUnavailable(String path, String name, String asked) {
        answer(path, aResponse().withFixedDelay(4_000).withBody("{}"));
        unavailable(getAt(asked), name + "_unavailable");
    }

    /** Each byte comes in time, the whole does not. */
    @ParameterizedTest
    @CsvSource({"organization", "consumers"})
    void oneThatTricklesIsUnavailable(String path) {
        long started = System.nanoTime();
        answer("aggregated/usage/" + path, aResponse().withBody("{\"documents\":" + " ".repeat(3000) + "[]}")
                .withChunkedDribbleDelay(100, 30_000));
        unavailable(getAt(REPORT), "aggregator_unavailable");
        assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(15));
    }
}
