package io.quipu.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.acceptance.ScenarioTest.SettableClock;
import io.quipu.common.quantity.Decimals;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * What runs on, through the collector's door and the report's, from October 2015 to the next year. Log time only goes forward,
 * so the tests follow each other.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ContinuousUsageTest {

    private static final int HOURS = 2;
    private static final int DAYS = 3;
    private static final int MONTHS = 4;
    private static final String GIGABYTE = "1073741824";

    @TempDir
    private static Path data;
    private static SettableClock clock;
    private static Stack stack;

    @BeforeAll
    static void start() {
        clock = new SettableClock(Instant.parse("2015-10-10T00:00:00Z"));
        stack = new Stack(data, clock, "quipu.slack=P3D");
    }

    @AfterAll
    static void stop() {
        stack.close();
    }

    private static long millis(String time) {
        return Instant.parse(time).toEpochMilli();
    }

    private static String ids(String organization, String plan) {
        return "\"organization_id\":\"" + organization + "\",\"space_id\":\"dev\",\"consumer_id\":\"app:web\","
                + "\"resource_id\":\"linux-container\",\"plan_id\":\"" + plan + "\",\"resource_instance_id\":\"memory:web\"";
    }

    /** Abacus's form: what ran before, and what runs now, in bytes and instances. */
    private static String usage(String organization, String time, String memory, int instances, String before,
            int instancesBefore) {
        return String.format(Locale.ROOT, """
                {"start":%1$d,"end":%1$d,%2$s,"measured_usage":[
                  {"measure":"current_instance_memory","quantity":%3$s},{"measure":"current_running_instances","quantity":%4$d},
                  {"measure":"previous_instance_memory","quantity":%5$s},{"measure":"previous_running_instances","quantity":%6$d}]}""",
                millis(time), ids(organization, "standard"), memory, instances, before, instancesBefore);
    }

    private static String event(String organization, String plan, String time, String gigabytes) {
        String measured = gigabytes == null ? "" : ",\"measured_usage\":[{\"measure\":\"memory\",\"quantity\":"
                + Decimals.plain(new BigDecimal(gigabytes).multiply(new BigDecimal(GIGABYTE))) + "}]";
        return "{\"timestamp\":" + millis(time) + "," + ids(organization, plan) + measured + "}";
    }

    private static void sent(String kind, String body) {
        HttpResponse<String> answer = stack.post(kind.equals("usage") ? Stack.USAGE : "/v1/events/" + kind, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    }

    /** Sends a few seconds after it happened, as providers do. */
    private static void happens(String time, String kind, String... bodies) {
        clock.set(Instant.parse(time).plusSeconds(1));
        for (String body : bodies) {
            sent(kind, body);
        }
        stack.settle();
    }

    private static JsonNode reportAt(String organization, String time, String query) {
        clock.set(Instant.parse(time));
        return stack.report(organization, query);
    }

    /** The figures of the metric memory at organization, space and consumer, which must agree. */
    private static List<String> figures(JsonNode report, String figure, int dimension) {
        JsonNode space = report.get("spaces").get(0);
        List<List<String>> levels = new ArrayList<>();
        for (JsonNode level : List.of(report, space, space.get("consumers").get(0))) {
            JsonNode resource = level.get("resources").get(0);
            assertThat(resource.get("resource_id").stringValue()).isEqualTo("linux-container");
            List<String> slots = new ArrayList<>();
            for (JsonNode metric : resource.get("aggregated_usage")) {
                if (metric.get("metric").stringValue().equals("memory")) {
                    metric.get("windows").get(dimension).forEach(slot ->
                            slots.add(slot.isNull() ? "-" : Decimals.plain(slot.get(figure).decimalValue())));
                }
            }
            levels.add(slots);
        }
        if (dimension != HOURS) {
            assertThat(levels.get(1)).as("space").isEqualTo(levels.get(0));
            assertThat(levels.get(2)).as("consumer").isEqualTo(levels.get(0));
        }
        return levels.get(0);
    }

    /** The average levels of the days at the organization. */
    private static List<String> averages(JsonNode report) {
        List<String> averages = new ArrayList<>();
        report.get("resources").get(0).get("plans").get(0).get("aggregated_usage").get(0).get("windows").get(DAYS).forEach(
                slot -> averages.add(Decimals.plain(slot.get("quantity").get("average").decimalValue())));
        return averages;
    }

    private static String month(JsonNode report, String figure) {
        return figures(report, figure, MONTHS).get(0);
    }

    @Test
    @Order(1)
    void fromTheFirstStartToTheNextYear() {
        happens("2015-10-10T00:00:00Z", "start", event("untouched", "standard", "2015-10-10T00:00:00Z", "2"));

        happens("2015-10-10T06:00:00Z", "usage", usage("s18", "2015-10-10T06:00:00Z", GIGABYTE, 2, "0", 0));
        sent("start", event("events", "standard", "2015-10-10T06:00:00Z", "2"));
        sent("start", event("prices", "standard", "2015-10-10T06:00:00Z", "2"));
        abacusSamplerStarts();
        stack.settle();
        for (String organization : List.of("s18", "events")) {
            assertThat(month(reportAt(organization, "2015-10-10T07:00:00Z", ""), "summary")).isEqualTo("2");
        }

        abacusSamplerStops();
        happens("2015-10-12T18:00:00Z", "usage", usage("s18", "2015-10-12T18:00:00Z", GIGABYTE, 3, GIGABYTE, 2));
        sent("level", event("events", "standard", "2015-10-12T18:00:00Z", "3"));
        stack.settle();
        for (String organization : List.of("s18", "events")) {
            JsonNode report = reportAt(organization, "2015-10-12T19:00:00Z", "?hours=3");
            assertThat(month(report, "summary")).isEqualTo("123");
            assertThat(figures(report, "summary", HOURS)).containsExactly("0", "3", "2");
        }
        thePriceChangesWhileItRuns();

        happens("2015-10-14T00:00:00Z", "usage", usage("s18", "2015-10-14T00:00:00Z", "0", 0, GIGABYTE, 3));
        sent("stop", event("events", "standard", "2015-10-14T00:00:00Z", null));
        stack.settle();
        for (String organization : List.of("s18", "events")) {
            for (String time : List.of("2015-10-14T01:00:00Z", "2015-10-20T00:00:00Z", "2015-10-31T12:00:00Z")) {
                JsonNode report = reportAt(organization, time, "?days=5");
                assertThat(month(report, "summary")).isEqualTo("210");
                assertThat(month(report, "charge")).isEqualTo("0.0588");
            }
            clock.set(Instant.parse("2015-10-31T12:00:00Z"));
            JsonNode report = stack.report(organization, "/" + millis("2015-10-14T01:00:00Z") + "?days=5");
            assertThat(figures(report, "summary", DAYS)).containsExactly("0", "72", "54", "48", "36");
            assertThat(averages(report)).containsExactly("0", "3", "2.25", "2", "1.5");
        }
        theMappingHasChangedBeforeTheStop();
        whatComesLateRepairsEveryWindowAfterItAlsoAcrossAMonthsEnd();

        assertThat(figures(reportAt("untouched", "2016-01-05T00:00:00Z", "?months=4&days=32"), "summary", MONTHS))
                .containsExactly("192", "1488", "1440", "1056");
        assertThat(figures(reportAt("untouched", "2016-01-05T00:00:00Z", "?months=4&days=32"), "summary", DAYS))
                .hasSize(32).first().isEqualTo("0");
        assertThat(figures(reportAt("untouched", "2016-01-05T00:00:00Z", "?days=32"), "summary", DAYS).subList(1, 32))
                .containsOnly("48");
        JsonNode past = stack.report("untouched", "/" + millis("2015-11-20T12:00:00Z") + "?days=2&months=2");
        assertThat(figures(past, "summary", MONTHS)).containsExactly("960", "1056");
        assertThat(figures(past, "summary", DAYS)).containsExactly("48", "48");
    }

    /** S11: a sum of durations is fed by events, too; here from 20:00 to 05:00 on the next day, 4 and 5 hours. */
    private void abacusSamplerStarts() {
        String hours = "\"standard-services-hours\"";
        HttpResponse<String> mapped = stack.post("/v1/mappings", "{\"resource_id\":\"sample-resource\",\"plan_id\":\"sample-plan\","
                + "\"metering_plan\":" + hours + ",\"rating_plan\":" + hours + ",\"pricing_plan\":" + hours + "}");
        assertThat(mapped.statusCode()).as(mapped.body()).isEqualTo(201);
        sent("start", sampled("2015-10-10T00:00:00Z", ",\"measured_usage\":[]"));
        sent("stop", sampled("2015-10-10T06:00:00Z", ""));
        stack.settle();
        assertThat(sampledHours(stack.report("s11", "?days=1"), MONTHS)).startsWith("6");
    }

    private void abacusSamplerStops() {
        happens("2015-10-12T05:00:00Z", "stop", sampled("2015-10-12T05:00:00Z", ""));
        sent("start", sampled("2015-10-11T20:00:00Z", ",\"measured_usage\":[]"));
        sent("usage", "{\"start\":" + millis("2015-10-12T05:00:00Z") + ",\"end\":" + millis("2015-10-12T05:00:00Z") + ","
                + sampledIds() + ",\"measured_usage\":[{\"measure\":\"duration\",\"quantity\":-3600000}]}");
        stack.settle();
        clock.set(Instant.parse("2015-10-12T06:00:00Z"));
        JsonNode report = stack.report("s11", "?days=3");
        assertThat(sampledHours(report, DAYS)).containsExactly("4", "4", "6");
        assertThat(sampledHours(report, MONTHS)).startsWith("14");
    }

    private static String sampledIds() {
        return "\"organization_id\":\"s11\",\"space_id\":\"dev\",\"consumer_id\":\"app:web\",\"resource_id\":\"sample-resource\","
                + "\"plan_id\":\"sample-plan\",\"resource_instance_id\":\"i\"";
    }

    private static String sampled(String time, String measured) {
        return "{\"timestamp\":" + millis(time) + "," + sampledIds() + measured + "}";
    }

    private static List<String> sampledHours(JsonNode report, int dimension) {
        List<String> hours = new ArrayList<>();
        report.get("resources").get(0).get("plans").get(0).get("aggregated_usage").get(0).get("windows").get(dimension)
                .forEach(slot -> hours.add(slot.isNull() ? "-" : Decimals.plain(slot.get("summary").decimalValue())));
        return hours;
    }

    /** What runs keeps the price that was pinned; the next level takes the new one. */
    private void thePriceChangesWhileItRuns() {
        put("/v1/pricing/plan/linux-pricing-standard", """
                {"plan_id":"linux-pricing-standard","metrics":[
                  {"name":"memory","prices":[{"country":"USA","price":0.001}]}]}""");
        assertThat(month(reportAt("prices", "2015-10-13T06:00:00Z", ""), "charge")).isEqualTo("0.04032");
        happens("2015-10-13T06:00:00Z", "level", event("prices", "standard", "2015-10-13T06:00:00Z", "2"));
    }

    /** The resource has another type by now, of which no plan is mapped: what would be refused otherwise is taken as a stop. */
    private void theMappingHasChangedBeforeTheStop() {
        put("/v1/provisioning/resources/linux-container/type", "\"unknown\"");
        clock.set(Instant.parse("2015-10-14T06:00:01Z"));
        assertThat(stack.post("/v1/events/level", event("prices", "standard", "2015-10-14T06:00:00Z", "2")).statusCode())
                .isEqualTo(422);
        happens("2015-10-14T06:00:00Z", "stop", event("prices", "standard", "2015-10-14T06:00:00Z", null));
        put("/v1/provisioning/resources/linux-container/type", "\"linux-container\"");
        for (String time : List.of("2015-10-14T06:00:01Z", "2015-10-31T12:00:00Z")) {
            JsonNode report = reportAt("prices", time, "");
            assertThat(month(report, "summary")).isEqualTo("192");
            assertThat(month(report, "charge")).isEqualTo("0.08832");
        }
    }

    private static void put(String path, String body) {
        HttpResponse<String> answer = stack.put(path, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private void whatComesLateRepairsEveryWindowAfterItAlsoAcrossAMonthsEnd() {
        happens("2015-11-01T04:00:00Z", "stop", event("late", "standard", "2015-11-01T04:00:00Z", null));
        happens("2015-11-01T10:00:00Z", "start", event("late", "standard", "2015-10-31T20:00:00Z", "2"));
        JsonNode report = reportAt("late", "2015-11-02T00:00:00Z", "?days=3");
        assertThat(figures(report, "summary", MONTHS)).containsExactly("8", "8");
        assertThat(figures(report, "summary", DAYS)).containsExactly("-", "8", "8");
    }

    /** Five events, equal times among them; each order on data of its own; the reports must be equal byte for byte. */
    @Test
    @Order(2)
    void allOrdersOfFiveEventsGiveTheSameReport() {
        clock.set(Instant.parse("2016-02-02T12:00:00Z"));
        everyOrder("order", List.of(new String[] {"start", "2016-02-01T01:00:00Z", "2"}, new String[] {"stop", "2016-02-01T05:00:00Z", null},
                new String[] {"stop", "2016-02-02T05:00:00Z", null}, new String[] {"level", "2016-02-02T03:00:00Z", "0"},
                new String[] {"start", "2016-02-02T03:00:00Z", "7"}), "8", "-");
        List<String[]> events = List.of(
                new String[] {"start", "2016-02-01T01:00:00Z", "2"}, new String[] {"start", "2016-02-01T05:00:00Z", "3"},
                new String[] {"stop", "2016-02-01T05:00:00Z", null}, new String[] {"level", "2016-01-31T23:00:00Z", "1"},
                new String[] {"stop", "2016-02-01T09:30:00Z", null});
        everyOrder("another", events, "22.5", "1");
    }

    private static void everyOrder(String name, List<String[]> events, String... months) {
        List<List<String[]>> orders = orders(events);
        assertThat(orders).hasSize(120);
        for (int i = 0; i < orders.size(); i++) {
            for (String[] event : orders.get(i)) {
                sent(event[0], event(name + "-" + i, "standard", event[1], event[2]));
            }
        }
        stack.settle();
        String first = null;
        for (int i = 0; i < orders.size(); i++) {
            JsonNode report = stack.report(name + "-" + i, "?hours=40&days=3&months=2");
            if (first == null) {
                assertThat(figures(report, "summary", MONTHS)).containsExactly(months);
            }
            String text = report.toString().replace(name + "-" + i, "organization");
            first = first == null ? text : first;
            assertThat(text.equals(first)).as("order %d: %s, not %s", i, text, first).isTrue();
        }
    }

    private static <T> List<List<T>> orders(List<T> elements) {
        if (elements.isEmpty()) {
            return List.of(List.of());
        }
        List<List<T>> orders = new ArrayList<>();
        for (T first : elements) {
            List<T> others = new ArrayList<>(elements);
            others.remove(first);
            orders(others).forEach(rest -> {
                List<T> order = new ArrayList<>(List.of(first));
                order.addAll(rest);
                orders.add(order);
            });
        }
        return orders;
    }
}
