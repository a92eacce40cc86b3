package io.quipu.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.common.plan.PlanVersion;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Windows lie relative to the time of the report, and so do their bounds, whenever the last usage was. */
class ReportsInTimeTest extends ReportingFixture {

    private static Ledger.Used used(String consumer, PlanVersion plan, String metric, String time, String quantity) {
        return new Ledger.Used("space", consumer, "i", "resource", plan, ms(time), Map.of(metric, new BigDecimal(quantity)),
                Map.of(metric, BigDecimal.ONE));
    }

    private static Ledger.Used calls(String consumer, String time, String quantity) {
        return used(consumer, Plans.RUNTIME, "heavy_api_calls", time, quantity);
    }

    private static JsonNode metric(JsonNode scope, String name) {
        return scope.get("resources").get(0).get("plans").get(0).get("aggregated_usage").valueStream()
                .filter(metric -> metric.get("metric").stringValue().equals(name)).findFirst().orElseThrow();
    }

    /** The summaries of a metric's slots, a dash where there is none. */
    private static List<String> summaries(JsonNode scope, String metric, int unit) {
        return metric(scope, metric).get("windows").get(unit).valueStream()
                .map(slot -> slot.isNull() ? "-" : slot.get("summary").decimalValue().toPlainString()).toList();
    }

    private static JsonNode consumer(JsonNode report, int index) {
        return report.get("spaces").get(0).get("consumers").get(index);
    }

    private static Set<String> consumers(JsonNode report) {
        return report.get("spaces").valueStream().flatMap(space -> space.get("consumers").valueStream())
                .map(consumer -> consumer.get("consumer_id").stringValue()).collect(Collectors.toSet());
    }

    private JsonNode at(String time) {
        return report("org/aggregated/usage/" + ms(time));
    }

    /** Where bounds were those of the last usage, which came late, the day would count as over: 24. */
    @Test
    void aLevelSinceMidnightHasComeToTwelveAtNoonThoughTheLastUsageWasLate() {
        NEIGHBOURS.serve(new Ledger().add(LevelReportTest.level("space", "app:1", "2026-11-21T00:00:00Z", "1"))
                .add(new Ledger.Used("space", "app:1", "i", "linux-container", Plans.RUNTIME, ms("2026-11-19T08:00:00Z"),
                        Map.of("heavy_api_calls", BigDecimal.ONE), Map.of())));
        now("2026-11-21T12:00:00Z");
        JsonNode report = report("org/aggregated/usage");
        assertThat(report.get("end").longValue()).isEqualTo(ms("2026-11-19T08:00:00Z"));
        for (JsonNode scope : List.of(report, report.get("spaces").get(0), consumer(report, 0))) {
            assertThat(summaries(scope, "memory", 3)).containsExactly("12", "-", "0");
            assertThat(summaries(scope, "memory", 4)).containsExactly("12", "-");
        }
        now("2026-11-21T18:00:00Z");
        assertThat(summaries(report("org/aggregated/usage"), "memory", 3)).containsExactly("18", "-", "0");
        assertThat(summaries(at("2026-11-21T12:00:00Z"), "memory", 3)).as("of its own day all that is known counts")
                .containsExactly("18", "-", "0");
        now("2026-11-23T18:00:00Z");
        JsonNode past = at("2026-11-21T12:00:00Z");
        assertThat(summaries(past, "memory", 3)).as("all of the day counts, and it says so").containsExactly("24", "-", "0");
        assertThat(summaries(past, "memory", 4)).containsExactly("24", "-");
        assertThat(past.get("evaluated_to").longValue()).isEqualTo(ms("2026-11-22T00:00:00Z"));
    }

    @Test
    void slotsAreAsManyUnitsBeforeTheTimeAsTheirPlaceSays() {
        Ledger ledger = new Ledger();
        for (int day = 17; day <= 21; day++) {
            ledger.add(calls("app:1", "2026-11-" + day + "T12:00:00Z", Integer.toString(day)));
        }
        NEIGHBOURS.serve(ledger);
        now("2026-11-21T13:00:00Z");
        assertThat(summaries(report("org/aggregated/usage"), "heavy_api_calls", 3)).containsExactly("21", "20", "19");
        for (String time : List.of("2026-11-19T00:00:00Z", "2026-11-19T23:59:59.999Z")) {
            JsonNode report = at(time);
            for (JsonNode scope : List.of(report, report.get("spaces").get(0), consumer(report, 0))) {
                assertThat(summaries(scope, "heavy_api_calls", 3)).as(time).containsExactly("19", "18", "17");
                assertThat(summaries(scope, "heavy_api_calls", 4)).as("up to that day").containsExactly("54", "-");
            }
        }
        now("2026-12-01T00:00:00Z");
        assertThat(summaries(report("org/aggregated/usage"), "heavy_api_calls", 4)).containsExactly("-", "95");
    }

    @Test
    void earlierMonthsAreReadWithATimeInThem() {
        NEIGHBOURS.serve(new Ledger().add(calls("app:1", "2025-12-31T23:59:59.999Z", "1"))
                .add(calls("app:1", "2026-01-01T00:00:00Z", "2")).add(calls("app:1", "2026-01-31T23:59:59.999Z", "4"))
                .add(calls("app:2", "2026-11-21T00:00:00Z", "8")));
        now("2026-11-21T12:00:00Z");
        JsonNode whole = at("2026-01-31T23:59:59.999Z");
        assertThat(summaries(whole, "heavy_api_calls", 4)).containsExactly("6", "1");
        assertThat(consumers(whole)).containsExactly("app:1");
        assertThat(summaries(at("2026-01-15T00:00:00Z"), "heavy_api_calls", 4)).containsExactly("2", "1");
        assertThat(summaries(at("2026-02-01T00:00:00Z"), "heavy_api_calls", 4)).containsExactly("-", "6");
        assertThat(summaries(at("2025-12-31T00:00:00Z"), "heavy_api_calls", 4)).containsExactly("1", "-");
    }

    @Test
    void aConsumerWithoutUsageThisMonthIsThereAsLongAsASlotShowsSome() {
        NEIGHBOURS.serve(new Ledger().add(calls("app:august", "2026-08-01T00:00:00Z", "1"))
                .add(calls("app:october", "2026-10-02T00:00:00Z", "2")).add(calls("app:november", "2026-11-21T00:00:00Z", "4")));
        now("2026-11-21T12:00:00Z");
        JsonNode report = report("org/aggregated/usage");
        assertThat(consumers(report)).containsExactlyInAnyOrder("app:october", "app:november");
        assertThat(summaries(consumer(report, 1), "heavy_api_calls", 4)).containsExactly("-", "2");
        assertThat(summaries(report, "heavy_api_calls", 4)).containsExactly("4", "2");
        assertThat(consumers(report("org/aggregated/usage?months=4"))).hasSize(3);
        assertThat(consumers(report("org/aggregated/usage?months=1"))).containsExactly("app:november");
    }

    /** Abacus summarizes it 0; here what was used, and charged, stays to be seen. */
    @Test
    void aMetricThatHasLeftItsPlanKeepsWhatWasUsed() {
        PlanVersion before = Plans.plan("p", "m", "r", "c", "calls:sum", "gone:sum");
        PlanVersion after = Plans.plan("p", "m", "r", "c", "calls:sum");
        NEIGHBOURS.serve(new Ledger().add(used("app:1", before, "gone", "2026-11-20T00:00:00Z", "5"))
                .add(used("app:1", after, "calls", "2026-11-21T00:00:00Z", "1")));
        now("2026-11-21T12:00:00Z");
        JsonNode report = report("org/aggregated/usage");
        for (JsonNode scope : List.of(report, report.get("spaces").get(0), consumer(report, 0))) {
            assertThat(metric(scope, "gone").get("windows").get(4).get(0).toString())
                    .isEqualTo("{\"quantity\":5,\"summary\":5,\"cost\":5,\"charge\":5}");
            assertThat(summaries(scope, "gone", 3)).containsExactly("-", "5", "-");
        }
    }
}
