package io.quipu.reporting;

import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Reports of one resource; that children add up is checked of each report. */
class ResourceFilterTest extends ReportingFixture {

    private static final String NOW = "2026-11-21T05:20:00Z";
    private static final Map<String, BigDecimal> PRICES = Map.of("heavy_api_calls", new BigDecimal("0.15"),
            "thousand_input_tokens", new BigDecimal("0.0025"));

    private static Ledger.Used calls(String space, String consumer, String resource, String calls) {
        return new Ledger.Used(space, consumer, "i-" + consumer, resource, Plans.STORAGE, ms("2026-11-21T05:10:00Z"),
                Map.of("heavy_api_calls", new BigDecimal(calls)), PRICES);
    }

    private static Ledger.Used tokens(String space, String consumer, String tokens) {
        return new Ledger.Used(space, consumer, "i-" + consumer, "llm", Plans.TOKENS, ms("2026-11-20T05:10:00Z"),
                Map.of("thousand_input_tokens", new BigDecimal(tokens)), PRICES);
    }

    private static Ledger ledger() {
        return new Ledger().add(calls("a", "app:1", "object-storage", "10")).add(tokens("a", "app:1", "4"))
                .add(tokens("a", "app:2", "8")).add(tokens("b", "app:3", "16")).add(calls("c", "app:4", "object-storage", "20"))
                .add(LevelReportTest.level("c", "app:4", "2026-11-20T00:00:00Z", "2"));
    }

    private static List<JsonNode> scopes(JsonNode report) {
        List<JsonNode> scopes = new ArrayList<>(List.of(report));
        report.get("spaces").forEach(space -> {
            scopes.add(space);
            if (space.has("consumers")) {
                space.get("consumers").forEach(scopes::add);
            }
        });
        return scopes;
    }

    private static List<JsonNode> resources(JsonNode scope, String resource) {
        return scope.get("resources").valueStream()
                .filter(r -> r.get("resource_id").stringValue().equals(resource)).toList();
    }

    @Test
    void everyScopeShowsThatResourceAsTheWholeReportDoesAndTotalsOfNothingElse() {
        now(NOW);
        NEIGHBOURS.serve(ledger());
        for (String depth : List.of("organization", "space", "consumer", "instance")) {
            List<JsonNode> whole = scopes(report("org/aggregated/usage?depth=" + depth));
            for (String resource : List.of("object-storage", "llm", "linux-container")) {
                List<JsonNode> one = scopes(report("org/aggregated/usage?depth=" + depth + "&resource_id=" + resource));
                assertThat(one.size()).as("the same spaces and consumers").isEqualTo(whole.size());
                for (int i = 0; i < one.size(); i++) {
                    JsonNode scope = one.get(i);
                    List<JsonNode> shown = resources(whole.get(i), resource);
                    assertThat(scope.get("resources").valueStream().toList()).as(depth + " " + resource).isEqualTo(shown);
                    if (!shown.isEmpty()) {
                        assertThat(scope.get("windows")).as("what is charged").isEqualTo(shown.get(0).get("windows"));
                    }
                }
            }
        }
    }

    @Test
    void whoUsedOtherResourcesIsThereWithoutAny() {
        now(NOW);
        NEIGHBOURS.serve(ledger());
        JsonNode report = report("org/aggregated/usage?resource_id=object-storage");
        JsonNode other = report.get("spaces").get(0).get("consumers").get(1);
        assertThat(other.toString()).isEqualTo("{\"consumer_id\":\"app:2\",\"windows\":[[null],[null],[null],"
                + "[null,null,null],[null,null]],\"resources\":[]}");
        JsonNode space = report.get("spaces").get(1);
        assertThat(space.get("space_id").stringValue()).isEqualTo("b");
        assertThat(space.get("windows")).isEqualTo(other.get("windows"));
        assertThat(space.get("resources").size()).isZero();
        assertThat(report.get("windows").get(4).get(0).get("charge").decimalValue()).isEqualByComparingTo("4.5");
    }

    @Test
    void aResourceThatNobodyUsedLeavesNothing() {
        now(NOW);
        NEIGHBOURS.serve(ledger());
        JsonNode report = report("org/aggregated/usage?resource_id=unknown%2F%C3%A4");
        assertThat(report.get("resources").size()).isZero();
        assertThat(report.get("windows").toString()).isEqualTo("[[null],[null],[null,null],[null,null,null],[null,null]]");
        assertThat(report.get("spaces").size()).isEqualTo(3);
        assertThat(report.get("account_id").stringValue()).isEqualTo("1234");
    }

    /** Also when the totals are summed from the consumers. */
    @Test
    void aReportThatIsNotSettledIsFilteredToo() {
        now(NOW);
        NEIGHBOURS.serve(ledger().first(2), ledger().first(4), 100);
        JsonNode report = report("org/aggregated/usage?hours=0&resource_id=llm");
        assertThat(report.get("settled").booleanValue()).isFalse();
        assertThat(report.get("resources").size()).isEqualTo(1);
        assertThat(resources(report, "llm").get(0).get("windows")).isEqualTo(report.get("windows"));
        assertThat(report.get("windows").get(4).get(0).get("charge").decimalValue()).isEqualByComparingTo("0.03");
    }

    @Test
    void itsLengthIsChecked() {
        now(NOW);
        for (String bad : List.of("", "x".repeat(1_025))) {
            var answer = get("org/aggregated/usage?resource_id=" + bad);
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(tree(answer).get("invalid_parameters").get(0).get("field").stringValue()).isEqualTo("resource_id");
        }
        WIREMOCK.verify(0, anyRequestedFor(anyUrl()));
        assertThat(get("org/aggregated/usage?resource_id=" + "x".repeat(1_024)).statusCode()).isEqualTo(200);
    }
}
