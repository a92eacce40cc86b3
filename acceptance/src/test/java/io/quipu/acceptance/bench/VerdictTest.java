package io.quipu.acceptance.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.acceptance.bench.Reports.ReportResult;
import io.quipu.acceptance.bench.Results.StartResult;
import io.quipu.acceptance.process.Ports;
import io.quipu.common.wire.Json;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class VerdictTest {

    private static final Latencies FAST = new Latencies(10, 5, 6, 7, 8);

    private final Results results = new Results();

    private static Map<String, Double> each(double figure) {
        Map<String, Double> figures = new HashMap<>();
        Ports.SERVICES.forEach(service -> figures.put(service, figure));
        return figures;
    }

    private static LoadResult load(String scenario, String label, double accepted, double visible, double cpu, double mib) {
        Map<String, LoadResult.Pauses> pauses = new HashMap<>();
        Ports.SERVICES.forEach(service -> pauses.put(service, new LoadResult.Pauses(1, 2)));
        return new LoadResult(scenario, label, 50, 1, 0, 1_000, 1_000, 0, accepted, visible, 1.5, FAST, each(cpu / 5), cpu,
                0.03, 0.01, 0.02, Map.of(Ports.COLLECTOR, new LoadResult.Writes(700, 1_100, 1.2, 30)),
                Map.of(Ports.COLLECTOR, new LoadResult.Calls(2, 20, 0.5, 10, 0.7)), pauses, each(mib), each(mib));
    }

    private static MachineLimits.EmptyResult empty(double perSecond) {
        return new MachineLimits.EmptyResult(50, 1, perSecond, 60, 15, FAST);
    }

    private List<String> verdict() {
        return Verdict.of(results).rows().stream().map(row -> row.what() + ": " + (row.reached() ? "yes" : "no")).toList();
    }

    @Test
    void nothingMeasuredIsNothingMissed() {
        assertThat(verdict()).isEmpty();
        assertThat(Verdict.of(results).reached()).isTrue();
        assertThat(Tables.of(results)).isEmpty();
    }

    @Test
    void equalToTheLimitIsReached() {
        results.add(load("batch-100", "", 9_000, 6_000, 0.15, 100));
        assertThat(verdict()).containsExactly(
                "CPU-seconds per 1,000 usages, batches of 100, 100 organizations: yes",
                "usages/s visible in reports, batches of 100: yes",
                "memory of the five services together, after the last load: yes",
                "memory of the five services together, the most after any load: yes");
        assertThat(Verdict.of(results).reached()).isTrue();
    }

    @Test
    void beyondTheLimitIsNot() {
        results.add(load("batch-100", "", 9_000, 5_999.9, 0.1501, 230));
        assertThat(verdict()).allMatch(row -> row.endsWith(": no"));
        assertThat(Verdict.of(results).reached()).isFalse();
        assertThat(Verdict.of(results).table().text()).contains("≤ 0.150 s", "NO", "1.21 GB");
    }

    @Test
    void memoryIsThatAfterTheLastLoadAndTheMost() {
        results.add(load("batch-100", "", 9_000, 6_000, 0.1, 230));
        results.add(load("half-load", "", 9_000, 6_000, 0.1, 220));
        assertThat(verdict()).contains("memory of the five services together, after the last load: yes",
                "memory of the five services together, the most after any load: no");
    }

    @Test
    void theShareIsOfTheMediansOfTheTurns() {
        results.share(Share.of(List.of(empty(10_000), empty(12_000)), List.of(
                load("singles-50", "turn 1", 5_000, 4_000, 0.4, 100), load("singles-50", "turn 2", 6_000, 4_000, 0.4, 100))));
        assertThat(verdict()).containsExactly(
                "single documents accepted, as a share of the empty endpoint: yes",
                "and the backlog was empty so long after: yes");
        assertThat(results.share().orElseThrow().share()).isEqualTo(0.5);
    }

    @Test
    void medianIsTheMiddleOrTheMeanOfTheTwo() {
        assertThat(Verdict.median(3, 1, 2)).isEqualTo(2);
        assertThat(Verdict.median(4, 1, 2, 3)).isEqualTo(2.5);
    }

    @Test
    void theEndOfALongLoadIsComparedWithItsBeginning() {
        results.add(load("two-million", Scenarios.FIRST, 9_000, 7_000, 0.1, 100));
        results.add(load("two-million", Scenarios.LAST, 9_000, 6_000, 0.1, 100));
        assertThat(verdict()).contains("usages/s visible at the end of two million, as a share of the first 100,000: no");
    }

    @Test
    void bytesOfManyConsumersAreComparedWithThoseOfFew() {
        results.add(new Written("c", Scenarios.SINGLE, 1, 200, Map.of(Ports.AGGREGATOR, 4_000.0)));
        results.add(new Written("c", Scenarios.SINGLE, 10_000, 200, Map.of(Ports.AGGREGATOR, 4_801.0)));
        results.add(new Written("c", Scenarios.BATCH, 100, 200, Map.of(Ports.AGGREGATOR, 1_500.0)));
        results.add(new Written("c", Scenarios.BATCH, 10_000, 200, Map.of(Ports.AGGREGATOR, 1_500.0)));
        assertThat(verdict()).containsExactly(
                "bytes written per usage by the aggregator, singles, 10,000 consumers against 1: no",
                "bytes written per usage by the aggregator, batches over 100, 10,000 consumers against 100: yes");
    }

    @Test
    void theSlowestDepthOfAReportCounts() {
        results.add(new ReportResult("c", 1_000, "organization", FAST, 2_000, 200, 190));
        results.add(new ReportResult("c", 1_000, "instance", new Latencies(5, 61, 62, 63, 64), 2_000, 200, 190));
        results.add(new ReportResult("c", 10_000, "organization", new Latencies(5, 9.9, 62, 63, 64), 2_000, 210, 200));
        assertThat(verdict()).containsExactly("report of an organization with 1,000 consumers, the slowest depth's p50: no",
                "report of depth organization, the slowest organization's p50: yes",
                "memory of reporting after reports of 10,000 consumers, against after those of 1,000: yes");
    }

    @Test
    void levelsAreComparedWithDiscreteUsage() {
        results.add(load(Month.DISCRETE, "turn 1", 9_000, 9_000, 0.1, 100));
        results.add(load(Month.LEVELS, "turn 1", 9_000, 4_000, 0.19, 100));
        results.add(load(Month.DISCRETE, "turn 2", 9_000, 11_000, 0.1, 100));
        results.add(load(Month.LEVELS, "turn 2", 9_000, 5_998, 0.22, 100));
        results.add(new ReportResult(Month.DISCRETE, 50, "consumer", new Latencies(10, 5, 6, 7, 8), 2_000, 200, 190));
        results.add(new ReportResult(Month.LEVELS, 50, "consumer", new Latencies(10, 5.5, 6, 7, 8), 2_000, 200, 190));
        assertThat(verdict()).containsSequence(
                "changes of levels a second visible in reports, as a share of discrete usage: no",
                "CPU of a change of a level, against discrete usage: no",
                "report of depth consumer over levels, p50, against discrete usage: yes");
        assertThat(Verdict.of(results).table().text()).contains("50.0%", "2.05 ×", "1.10 ×");
    }

    @Test
    void whatCouldNotBeMeasuredIsSaidToBeSoAndMissesNothing() {
        results.add(load("singles-50", "", 5_000, 4_000, Double.NaN, Double.NaN));
        Verdict verdict = Verdict.of(results);
        assertThat(verdict.reached()).isTrue();
        assertThat(verdict.table().text()).contains("not measured").doesNotContain("NO");
    }

    @Test
    void theDocumentHoldsEverything() {
        results.start(new StartResult(8.5, List.of(8.5), each(170)));
        results.empty(empty(10_000));
        results.add(load("singles-50", "turn 1", 5_000, 4_000, 0.4, 100));
        JsonNode document = Json.shared().readTree(Json.write(results.document()));
        assertThat(document.get("start").get("seconds").decimalValue()).isEqualByComparingTo("8.5");
        assertThat(document.get("loads").get(0).get("post").get("p99").decimalValue()).isEqualByComparingTo("6");
        assertThat(document.get("loads").get(0).get("cpu").get("collector").decimalValue()).isEqualByComparingTo("0.08");
        assertThat(document.get("empty").get(0).get("requests_per_second").decimalValue()).isEqualByComparingTo("10000");
        assertThat(document.get("verdict").get(0).get("reached")).as("computed, not a member").isNull();
        assertThat(document.get("verdict").get(0).get("what").stringValue()).startsWith("CPU-seconds");
    }

    @Test
    void tablesLineUpAndAreMarkdownToo() {
        Table table = new Table("Title", List.of("what", "figure"), List.of(List.of("a|b", "1"), List.of("longer", "1,000")));
        assertThat(table.text()).isEqualTo("""
                Title

                  what    figure
                  a|b          1
                  longer   1,000
                """);
        assertThat(table.markdown()).isEqualTo("""
                **Title**

                | what | figure |
                | --- | ---: |
                | a\\|b | 1 |
                | longer | 1,000 |
                """);
    }

    @Test
    void whereTheTimeGoesIsShownOfTheStoresOnly() {
        results.add(load("batch-100", "", 9_000, 6_000, 0.1, 100));
        assertThat(Tables.of(results)).noneMatch(table -> table.title().startsWith("Calls of the stores"));
        results.add(load(Stores.NAME + ", batches of 100, embedded store", "turn 1", 9_000, 6_000, 0.1, 100));
        assertThat(Tables.of(results)).filteredOn(table -> table.title().startsWith("Calls of the stores")).singleElement()
                .satisfies(table -> assertThat(table.rows()).containsExactly(List.of(
                        "stores, batches of 100, embedded store turn 1, collector", "2", "20", "0.500", "10", "0.700")));
    }
}
