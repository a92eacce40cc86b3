package io.quipu.acceptance.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.common.wire.Json;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class OracleTest {

    private static final long NOON = Instant.parse("2026-11-30T12:30:00Z").toEpochMilli();
    private static final long HOUR = 3_600_000;
    private static final String PATH = "o / db basic/m/r/p ";

    private static CountedUsage usage(long position, String instance, long end, String calls, String accumulate,
            String rate, String price) {
        JsonNode plan = Json.shared().readTree("""
                {"plan_id":"basic","metering":{"plan_id":"m","metrics":[
                  {"name":"calls","meter":"calls / 2","accumulate":"%s"}]},
                 "rating":{"plan_id":"r","metrics":[{"name":"calls","rate":"%s"}]},
                 "pricing":{"plan_id":"p","metrics":[{"name":"calls","prices":[{"country":"USA",%s}]}]}}"""
                .formatted(accumulate, rate, price));
        return new CountedUsage(0, position, "o", "s", "c", "db", instance, end, Map.of("calls", new BigDecimal(calls)),
                "USA", "USD", "", plan);
    }

    /** Three usages of two instances; the second of the first instance ended an hour before its first. */
    @ParameterizedTest
    @CsvSource({"sum,13", "max,11", "min,3", "last,11", "count,3"})
    void instancesAccumulateAndAddUp(String accumulate, String expected) {
        Oracle oracle = new Oracle(List.of(usage(1, "a", NOON, "20", accumulate, "per_unit", "\"price\":1"),
                usage(2, "a", NOON - HOUR, "4", accumulate, "per_unit", "\"price\":1"),
                usage(3, "b", NOON, "2", accumulate, "per_unit", "\"price\":1")));
        assertThat(oracle.figures().get(PATH + "calls 2026-11 quantity")).isEqualByComparingTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "per_unit|'\"price\":0.5'|6.5",
        "per_unit|'\"price\":0.5,\"free\":4'|4.5",
        "tiered|'\"tiers\":[{\"up_to\":10,\"price\":1},{\"price\":\"0.1\"}]'|10.3",
        "volume|'\"tiers\":[{\"up_to\":10,\"price\":1},{\"price\":\"0.1\"}]'|1.3",
        "package|'\"price\":7,\"package_size\":5'|21"})
    void whatIsAddedCostsWhatItAdds(String rate, String price, String expected) {
        Oracle oracle = new Oracle(List.of(usage(1, "a", NOON, "20", "sum", rate, price),
                usage(2, "a", NOON - HOUR, "4", "sum", rate, price), usage(3, "b", NOON, "2", "sum", rate, price)));
        assertThat(oracle.figures().get(PATH + "calls 2026-11 cost")).isEqualByComparingTo(expected);
        assertThat(oracle.figures().get(PATH + "calls 2026-11-30 cost")).isEqualByComparingTo(expected);
    }

    @Test
    void whatCannotBeCountedIsRejectedAndCountsNowhere() {
        Oracle oracle = new Oracle(List.of(usage(1, "a", NOON, "1.2e30", "sum", "per_unit", "\"price\":1"),
                usage(2, "a", NOON, "1.2e30", "sum", "per_unit", "\"price\":1"),
                usage(3, "b", NOON, "1e30", "sum", "per_unit", "\"price\":100")));
        assertThat(oracle.rejections()).isEqualTo(Map.of("0-2", new Oracle.Rejected("quantity_out_of_bounds"),
                "0-3", new Oracle.Rejected("cost_out_of_bounds")));
        assertThat(oracle.figures().get(PATH + "calls 2026-11 quantity")).isEqualByComparingTo("6e29");
    }

    @Test
    void aReportThatSaysOtherwiseDiffers() {
        Oracle oracle = new Oracle(List.of(usage(1, "a", NOON, "20", "sum", "per_unit", "\"price\":1")));
        JsonNode report = Json.shared().readTree("""
                {"windows":[[],[],[null],[null],[null]],"spaces":[],"resources":[{"resource_id":"db","plans":[
                  {"plan_id":"basic/m/r/p","aggregated_usage":[{"metric":"calls","windows":[[],[],
                    [{"quantity":10,"summary":10,"cost":10,"charge":10}],
                    [{"quantity":10,"summary":10,"cost":10,"charge":11}],
                    [{"quantity":10,"summary":10,"cost":10,"charge":10}]]}]}]}]}""");
        assertThat(oracle.differences("o", report, NOON, NOON)).contains(
                PATH + "calls 2026-11-30 charge: the report says 11, recounted 10",
                "o /s/c#a db basic/m/r/p calls 2026-11 quantity: the report says 0, recounted 10");
    }

    /** Two gigabytes from 06:00 on the 10th, three from 18:00 on the 12th, none from the 14th on; the stop is known first. */
    @Test
    void whatRunsCountsForAsLongAsItRuns() {
        Oracle oracle = new Oracle(List.of(level(1, "2015-10-14T00:00:00Z", "0"), level(2, "2015-10-10T06:00:00Z", "2"),
                level(3, "2015-10-12T18:00:00Z", "3")));
        String report = """
                {"windows":[[null],[null],[null],[%1$s],[%2$s,null]],"spaces":[],"resources":[{"resource_id":"db","plans":[
                  {"plan_id":"basic/m/r/p","aggregated_usage":[{"metric":"memory","windows":[[null],[null],[null],
                    [%1$s],[%2$s,null]]}]}]}]}""".formatted(
                Stream.of("0", "72", "54", "48", "36").map(OracleTest::slot).collect(Collectors.joining(",")), slot("210"));
        long time = Instant.parse("2015-10-14T01:00:00Z").toEpochMilli();

        List<String> differences = oracle.differences("o", Json.shared().readTree(report), time, time);

        // What is left is what this report does not show: the space and the consumer.
        assertThat(differences).isNotEmpty().noneMatch(difference -> difference.startsWith("o / "));
    }

    /** At one time nothing runs first, then what starts, then levels, usage among them, then what a snapshot lists. */
    @Test
    void whatHappensAtOneTimeTakesEffectByKindAndId() {
        String noon = "2015-10-14T12:00:00Z";
        CountedUsage stop = event(6, noon, "stop", null, null);
        CountedUsage gone = event(5, noon, "gone", "s", null);
        CountedUsage start = event(4, noon, "start", "b", "2");
        CountedUsage usage = level(3, noon, "3");
        CountedUsage level = event(2, noon, "level", "a", "4");
        CountedUsage snapshot = event(1, noon, "snapshot", "s", "5");

        assertThat(hoursOf(stop, gone)).isEqualByComparingTo("0");
        assertThat(hoursOf(stop, gone, start)).isEqualByComparingTo("24");
        assertThat(hoursOf(event(7, noon, "start", null, "9"), start)).isEqualByComparingTo("24");
        assertThat(hoursOf(stop, gone, start, usage)).isEqualByComparingTo("36");
        assertThat(hoursOf(stop, gone, start, usage, level)).isEqualByComparingTo("48");
        assertThat(hoursOf(stop, gone, start, usage, level, snapshot)).isEqualByComparingTo("60");
        assertThat(hoursOf(snapshot, event(8, "2015-10-14T18:00:00Z", "stop", null, null))).isEqualByComparingTo("30");
    }

    /** What a level misses of its window is counted, too: of that much it is more than a document holds. */
    @Test
    void aLevelThatIsTooMuchIsRejectedUnlessItNeverRuns() {
        CountedUsage huge = event(1, "2015-10-14T12:00:00Z", "start", null, "6e29");

        assertThat(new Oracle(List.of(huge)).rejections()).containsOnlyKeys("0-1")
                .containsValue(new Oracle.Rejected("quantity_out_of_bounds"));
        assertThat(new Oracle(List.of(event(0, "2015-10-14T12:00:00Z", "level", null, "1"), huge)).rejections()).isEmpty();
    }

    /** The hours of October 14th. */
    private static BigDecimal hoursOf(CountedUsage... usages) {
        JsonNode nothing = Json.shared().readTree("{\"windows\":[[],[],[null],[null],[null]],\"spaces\":[],\"resources\":[]}");
        long time = Instant.parse("2015-10-14T23:00:00Z").toEpochMilli();
        return new Oracle(List.of(usages)).differences("o", nothing, time, time + 2 * HOUR).stream()
                .filter(difference -> difference.startsWith(PATH + "memory 2015-10-14 summary"))
                .map(difference -> new BigDecimal(difference.substring(difference.lastIndexOf(' ') + 1)))
                .findAny().orElse(BigDecimal.ZERO);
    }

    private static String slot(String hours) {
        BigDecimal cost = new BigDecimal(hours).multiply(new BigDecimal("0.00028"));
        return "{\"summary\":" + hours + ",\"cost\":" + cost + ",\"charge\":" + cost + "}";
    }

    private static CountedUsage level(long position, String end, String memory) {
        return runs(position, end, null, memory);
    }

    private static CountedUsage event(long position, String time, String kind, String id, String memory) {
        return runs(position, time, new Happening(kind, id), memory);
    }

    private static CountedUsage runs(long position, String end, Happening event, String memory) {
        JsonNode plan = Json.shared().readTree("""
                {"plan_id":"basic","metering":{"plan_id":"m","metrics":[
                  {"name":"memory","accumulate":"time_weighted"}]},
                 "rating":{"plan_id":"r","metrics":[]},
                 "pricing":{"plan_id":"p","metrics":[{"name":"memory","prices":[{"country":"USA","price":"0.00028"}]}]}}""");
        return new CountedUsage(0, position, "o", "s", "c", "db", "i", Instant.parse(end).toEpochMilli(), event,
                memory == null ? Map.of() : Map.of("memory", new BigDecimal(memory)), "USA", "USD", "", plan);
    }
}
