package io.quipu.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.acceptance.ScenarioTest.SettableClock;
import io.quipu.common.quantity.Decimals;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
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

/** Plans that hold functions, through the collector's door and the report's. Log time only goes forward, so the tests follow each other. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FormulaPlansTest {

    private static final int DAYS = 3;
    private static final int MONTHS = 4;

    @TempDir
    private static Path data;
    private static SettableClock clock;
    private static Stack stack;

    @BeforeAll
    static void start() {
        clock = new SettableClock(Instant.parse("2015-10-10T06:00:00Z"));
        stack = new Stack(data, clock, "quipu.slack=P3D");
    }

    @AfterAll
    static void stop() {
        stack.close();
    }

    private static void plan(String kind, String id, String metrics) {
        String measures = kind.equals("metering") ? "\"measures\":[{\"name\":\"now\",\"unit\":\"BYTE\"},"
                + "{\"name\":\"before\",\"unit\":\"BYTE\"},{\"name\":\"calls\",\"unit\":\"CALL\"}]," : "";
        HttpResponse<String> created = stack.post("/v1/" + kind + "/plans", "{\"plan_id\":\"" + id + "\","
                + (kind.equals("pricing") ? "" : "\"recognize\":false,") + measures + "\"metrics\":[" + metrics + "]}");
        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
        assertThat(stack.post("/v1/provisioning/mappings/" + kind + "/resources/" + id + "/plans/standard/" + id, "")
                .statusCode()).isEqualTo(200);
    }

    private static HttpResponse<String> post(String organization, String app, String resource, String time,
            String... measures) {
        clock.set(Instant.parse(time).plusSeconds(1));
        return stack.post(Stack.USAGE, String.format(Locale.ROOT, """
                {"start":%1$d,"end":%1$d,"organization_id":"%2$s","space_id":"dev","consumer_id":"app:%3$s",
                 "resource_id":"%4$s","plan_id":"standard","resource_instance_id":"%3$s","measured_usage":[%5$s]}""",
                Instant.parse(time).toEpochMilli(), organization, app, resource, Stack.measured(measures)));
    }

    private static void used(String organization, String app, String resource, String time, String... measures) {
        HttpResponse<String> answer = post(organization, app, resource, time, measures);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        stack.settle();
    }

    private static JsonNode slot(JsonNode level, int dimension) {
        return level.get("resources").get(0).get("plans").get(0).get("aggregated_usage").get(0).get("windows").get(dimension)
                .get(0);
    }

    private static JsonNode reportAt(String organization, String time) {
        clock.set(Instant.parse(time));
        return stack.report(organization, "?depth=instance");
    }

    /** Summary and charge of the month, which organization, space and consumer must agree on; an instance shows the same summary. */
    private static List<String> month(JsonNode report) {
        JsonNode space = report.get("spaces").get(0);
        JsonNode consumer = space.get("consumers").get(0);
        JsonNode slot = slot(report, MONTHS);
        for (JsonNode level : List.of(space, consumer)) {
            assertThat(slot(level, MONTHS)).isEqualTo(slot);
        }
        for (JsonNode level : List.of(report, space, consumer)) {
            assertThat(level.get("windows").get(MONTHS).get(0).get("charge")).isEqualTo(slot.get("charge"));
            JsonNode resource = level.get("resources").get(0).get("aggregated_usage").get(0).get("windows").get(MONTHS).get(0);
            assertThat(resource.get("summary")).isEqualTo(slot.get("summary"));
            assertThat(resource.get("quantity").decimalValue()).as("an object").isZero();
        }
        JsonNode instance = consumer.get("resources").get(0).get("plans").get(0).get("resource_instances").get(0)
                .get("aggregated_usage").get(0).get("windows").get(MONTHS).get(0);
        assertThat(instance.get("quantity")).isEqualTo(slot.get("quantity"));
        assertThat(instance.get("summary")).isEqualTo(slot.get("summary"));
        assertThat(instance.has("cost") || instance.has("charge")).isFalse();
        return List.of(Decimals.plain(slot.get("summary").decimalValue()), Decimals.plain(slot.get("charge").decimalValue()));
    }

    /**
     * Two gigabytes from the 10th at 6, three from the 12th at 18, none from the 14th on. Usage that runs is counted as if it ran to
     * the window's end; what is not used yet is taken off as of the report's time.
     */
    @Test
    @Order(1)
    void whatRunsOnIsSummarizedAndChargedAsOfTheReportsTime() {
        plan("metering", "hours", """
                {"name":"memory","unit":"GIGABYTE","type":"time-based",
                 "meter":"m => ({ runs: (m.now || 0) / 1073741824, ran: (m.before || 0) / 1073741824 })",
                 "accumulate":"(held, step, start, end, from, to) => { if (end < from || end >= to) return null; const added = (step.runs - step.ran) * (from - start + to - start); return { runs: step.runs, area: held ? held.area + added : added }; }",
                 "aggregate":"(total, was, is) => ({ runs: (total ? total.runs : 0) - (was ? was.runs : 0) + is.runs, area: (total ? total.area : 0) - (was ? was.area : 0) + is.area })",
                 "summarize":"(t, total, from, to) => { const until = Math.min(t, to); return (total.area - total.runs * (from - until + to - until)) / 7200000; }"}""");
        plan("rating", "hours", """
                {"name":"memory","rate":"(each, total) => ({ each: each, runs: total.runs, area: total.area })",
                 "charge":"(t, cost, from, to) => { const until = Math.min(t, to); return (cost.area - cost.runs * (from - until + to - until)) / 7200000 * cost.each; }"}""");
        plan("pricing", "hours", """
                {"name":"memory","prices":[{"country":"USA","price":0.00028}]}""");

        used("running", "web", "hours", "2015-10-10T06:00:00Z", "now", "2147483648", "before", "0");
        JsonNode first = reportAt("running", "2015-10-10T07:00:00Z");
        assertThat(month(first)).containsExactly("2", "0.00056");
        assertThat(slot(first, MONTHS).get("quantity").toString()).isEqualTo("{\"area\":2160000000,\"runs\":2}");
        assertThat(slot(first, MONTHS).get("cost").toString())
                .isEqualTo("{\"area\":2160000000,\"each\":0.00028,\"runs\":2}");
        assertThat(slot(first, DAYS).get("quantity").toString()).isEqualTo("{\"area\":86400000,\"runs\":2}");

        used("running", "web", "hours", "2015-10-12T18:00:00Z", "now", "3221225472", "before", "2147483648");
        assertThat(month(reportAt("running", "2015-10-12T19:00:00Z"))).containsExactly("123", "0.03444");

        used("running", "web", "hours", "2015-10-14T00:00:00Z", "now", "0", "before", "3221225472");
        assertThat(month(reportAt("running", "2015-10-14T00:00:01Z"))).containsExactly("210", "0.0588");
        assertThat(month(reportAt("running", "2015-10-31T23:59:59Z"))).containsExactly("210", "0.0588");
    }

    /** Each at its own quantity, so children add up only in what is linear: summaries and charges. */
    @Test
    @Order(2)
    void costsThatAreObjectsAreThoseOfEachLevel() {
        used("shared", "web", "hours", "2015-11-01T00:00:00Z", "now", "1073741824", "before", "0");
        used("shared", "worker", "hours", "2015-11-01T00:00:00Z", "now", "3221225472", "before", "0");

        JsonNode report = reportAt("shared", "2015-11-01T10:00:00Z");

        JsonNode consumers = report.get("spaces").get(0).get("consumers");
        assertThat(slot(report, MONTHS).get("cost").get("runs").intValue()).isEqualTo(4);
        assertThat(slot(consumers.get(0), MONTHS).get("cost").get("runs").intValue()).isEqualTo(1);
        assertThat(slot(consumers.get(1), MONTHS).get("charge").decimalValue()).isEqualByComparingTo("0.0084");
        assertThat(slot(report, DAYS).get("charge").decimalValue()).isEqualByComparingTo("0.0112");
    }

    /** A usage costs what it adds to the square of the organization's calls; more than twelve have no cost. */
    @Test
    @Order(3)
    void aUsageThatARateRefusesIsRejectedAndThoseAfterItCount() {
        plan("metering", "squares", """
                {"name":"calls","unit":"CALL","aggregate":"(total, was, is) => total - was + is"},
                {"name":"plain","unit":"CALL","meter":"calls"}""");
        plan("rating", "squares", """
                {"name":"calls","rate":"(each, calls) => calls > 12 ? calls / 0 : each * calls * calls",
                 "charge":"(t, cost) => cost / 2"}""");
        plan("pricing", "squares", """
                {"name":"calls","prices":[{"country":"USA","price":0.5}]}""");

        used("rejecting", "web", "squares", "2015-11-02T00:00:00Z", "calls", "5");
        used("rejecting", "worker", "squares", "2015-11-02T00:00:00Z", "calls", "8");
        used("rejecting", "worker", "squares", "2015-11-02T00:00:01Z", "calls", "7");

        JsonNode report = reportAt("rejecting", "2015-11-02T01:00:00Z");
        JsonNode consumers = report.get("spaces").get(0).get("consumers");
        // 0.5 × 5² = 12.5; 0.5 × 12² − 12.5 = 59.5
        assertThat(slot(report, MONTHS).toString())
                .isEqualTo("{\"quantity\":12,\"summary\":12,\"cost\":72,\"charge\":36}");
        assertThat(slot(consumers.get(0), DAYS).toString())
                .isEqualTo("{\"quantity\":5,\"summary\":5,\"cost\":12.5,\"charge\":6.25}");
        assertThat(slot(consumers.get(1), DAYS).toString())
                .isEqualTo("{\"quantity\":7,\"summary\":7,\"cost\":59.5,\"charge\":29.75}");
        assertThat(stack.get("/v1/metering/organizations/rejecting/rejected/usage").body())
                .contains("\"stage\":\"aggregator\"", "\"code\":\"rating_failed\"");

        JsonNode audit = stack.audit("rejecting", "2015-11");
        assertThat(audit.get("verdict").stringValue()).as(audit.toPrettyString()).isEqualTo("clean");
        assertThat(audit.get("not_audited").toString()).isEqualTo("[\"calls\"]");
        assertThat(audit.get("rejected").intValue()).isEqualTo(1);
    }
}
