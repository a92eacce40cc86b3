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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Levels under a price with tiers, from the collector's door to the report's. In a month 10 GB-hours are free, 100 cost 1, the rest 0.5. */
class PooledUsageTest {

    private static final int DAYS = 3;
    private static final int MONTHS = 4;
    private static final String PLAN = "linux-pricing-standard";

    @TempDir
    private Path data;

    private static long millis(String time) {
        return Instant.parse(time).toEpochMilli();
    }

    private static String event(String organization, String place, String time, String gigabytes) {
        String[] ids = place.split("/");
        String measured = gigabytes == null ? "" : ",\"measured_usage\":[{\"measure\":\"memory\",\"quantity\":"
                + Decimals.plain(new BigDecimal(gigabytes).multiply(new BigDecimal("1073741824"))) + "}]";
        return "{\"timestamp\":" + millis(time) + ",\"organization_id\":\"" + organization + "\",\"space_id\":\"" + ids[0]
                + "\",\"consumer_id\":\"" + ids[1] + "\",\"resource_id\":\"linux-container\",\"plan_id\":\"standard\","
                + "\"resource_instance_id\":\"i\"" + measured + "}";
    }

    private static void accepted(HttpResponse<String> answer, int status) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    }

    private static List<String> costs(JsonNode scope, int dimension) {
        List<String> costs = new ArrayList<>();
        scope.get("resources").get(0).get("plans").get(0).get("aggregated_usage").get(0).get("windows").get(dimension)
                .forEach(slot -> costs.add(slot.isNull() ? "-" : Decimals.plain(slot.get("cost").decimalValue())));
        return costs;
    }

    private static void prices(Stack stack, String first) {
        accepted(stack.put("/v1/pricing/plan/" + PLAN, "{\"plan_id\":\"" + PLAN + "\",\"metrics\":[{\"name\":\"memory\",\"prices\":["
                + "{\"country\":\"USA\",\"free\":\"10\",\"tiers\":[{\"up_to\":\"100\",\"price\":\"" + first
                + "\"},{\"price\":\"0.5\"}]}]}]}"), 200);
    }

    @Test
    void tiersCountWhatTheOrganizationRunsAndAreSharedByArea() {
        SettableClock clock = new SettableClock(Instant.parse("2015-10-10T00:00:01Z"));
        try (Stack stack = new Stack(data, clock, "quipu.slack=P3D")) {
            accepted(stack.put("/v1/rating/plan/linux-rating-plan",
                    "{\"plan_id\":\"linux-rating-plan\",\"metrics\":[{\"name\":\"memory\",\"rate\":\"tiered\"}]}"), 200);
            prices(stack, "1");
            accepted(stack.post("/v1/events/start", event("acme", "dev/app:web", "2015-10-10T00:00:00Z", "2")), 202);
            accepted(stack.post("/v1/events/start", event("acme", "dev/app:api", "2015-10-10T00:00:00Z", "1")), 202);
            accepted(stack.post("/v1/events/start", event("untouched", "dev/app:web", "2015-10-10T00:00:00Z", "2")), 202);
            clock.set(Instant.parse("2015-10-11T00:00:01Z"));
            accepted(stack.post("/v1/events/start", event("acme", "prod/app:batch", "2015-10-11T00:00:00Z", "1")), 202);
            clock.set(Instant.parse("2015-10-12T00:00:01Z"));
            for (String place : List.of("dev/app:web", "dev/app:api", "prod/app:batch")) {
                accepted(stack.post("/v1/events/stop", event("acme", place, "2015-10-12T00:00:00Z", null)), 202);
            }
            stack.settle();
            figures(stack.report("acme", "?days=4&months=1"));

            // Another price holds from the next usage on; this month had none since, and the next ones begin with it.
            prices(stack, "3");
            clock.set(Instant.parse("2015-10-31T12:00:00Z"));
            figures(stack.report("acme", "/" + millis("2015-10-12T01:00:00Z") + "?days=4&months=1"));
            assertThat(costs(stack.report("acme", "?months=1"), MONTHS)).containsExactly("129");

            // 1056 GB-hours in October: 100 + 946 × 0.5; 1440: 100 + 1330 × 0.5; 1488: 100 + 1378 × 0.5
            clock.set(Instant.parse("2016-01-01T00:00:00Z"));
            for (String depth : List.of("organization", "consumer")) {
                JsonNode report = stack.report("untouched", "?days=32&months=4&depth=" + depth);
                assertThat(costs(report, MONTHS)).containsExactly("0", "789", "765", "573");
                // December 1 to 31: 38 of 48 are charged, 48, 100 − 86 = 14 and 34 × 0.5, then 24 a day
                List<String> days = costs(report, DAYS);
                assertThat(days.subList(29, 32)).containsExactly("31", "48", "38");
                assertThat(days.subList(1, 29)).containsOnly("24");
            }
            // When something comes the new price holds, for all of its month: 10 days × 48 = 480, 3 × 100 + 370 × 0.5
            clock.set(Instant.parse("2016-01-11T00:00:01Z"));
            accepted(stack.post("/v1/events/level", event("untouched", "dev/app:web", "2016-01-11T00:00:00Z", "4")), 202);
            stack.settle();
            assertThat(costs(stack.report("untouched", "/" + millis("2016-01-10T12:00:00Z") + "?months=2"), MONTHS))
                    .containsExactly("485", "789");
        }
    }

    /** The first level of October is accepted in November, whose price changes: 48 GB-hours are 38 at 1, they would be 114 at 3. */
    @Test
    void aMonthWhoseFirstLevelComesWhenItIsOverKeepsItsPrice() {
        SettableClock clock = new SettableClock(Instant.parse("2015-11-01T00:00:01Z"));
        try (Stack stack = new Stack(data, clock, "quipu.slack=P3D")) {
            accepted(stack.put("/v1/rating/plan/linux-rating-plan",
                    "{\"plan_id\":\"linux-rating-plan\",\"metrics\":[{\"name\":\"memory\",\"rate\":\"tiered\"}]}"), 200);
            prices(stack, "1");
            accepted(stack.post("/v1/events/start", event("acme", "dev/app:web", "2015-10-31T00:00:00Z", "2")), 202);
            stack.settle();
            assertThat(costs(stack.report("acme", "?months=2"), MONTHS).get(1)).isEqualTo("38");

            prices(stack, "3");
            clock.set(Instant.parse("2015-11-15T00:00:01Z"));
            accepted(stack.post("/v1/events/level", event("acme", "dev/app:web", "2015-11-15T00:00:00Z", "4")), 202);
            stack.settle();
            // 14 days × 48 = 672, 3 × 100 + 562 × 0.5
            assertThat(costs(stack.report("acme", "/" + millis("2015-11-14T12:00:00Z") + "?months=2"), MONTHS))
                    .containsExactly("581", "38");
        }
    }

    /**
     * 72 GB-hours on the 10th, 96 on the 11th. C(72) = 62; C(168) = 100 + 58 × 0.5 = 129, 67 more. dev has 144 of the 168, api 48
     * of these; web, the last of dev, takes the rest.
     */
    private static void figures(JsonNode report) {
        assertThat(report.get("settled").booleanValue()).isTrue();
        assertThat(costs(report, MONTHS)).containsExactly("129");
        assertThat(costs(report, DAYS)).containsExactly("0", "67", "62", "-");
        JsonNode dev = report.get("spaces").get(0);
        JsonNode prod = report.get("spaces").get(1);
        assertThat(costs(dev, MONTHS)).containsExactly("110.571428571428571428571428571428");
        assertThat(costs(prod, MONTHS)).containsExactly("18.428571428571428571428571428572");
        assertThat(costs(dev, DAYS)).containsExactly("0", "50.25", "62", "-");
        assertThat(costs(prod, DAYS)).containsExactly("0", "16.75", "-", "-");
        assertThat(costs(dev.get("consumers").get(0), MONTHS)).containsExactly("36.857142857142857142857142857142");
        assertThat(costs(dev.get("consumers").get(1), MONTHS)).containsExactly("73.714285714285714285714285714286");
        assertThat(costs(dev.get("consumers").get(0), DAYS)).containsExactly("0", "16.75", "20.666666666666666666666666666666", "-");
        assertThat(costs(dev.get("consumers").get(1), DAYS)).containsExactly("0", "33.5", "41.333333333333333333333333333334", "-");
        assertThat(costs(prod.get("consumers").get(0), MONTHS)).containsExactly("18.428571428571428571428571428572");
        assertThat(Decimals.plain(report.get("windows").get(MONTHS).get(0).get("charge").decimalValue())).isEqualTo("129");
    }
}
