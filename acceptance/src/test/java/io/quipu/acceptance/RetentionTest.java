package io.quipu.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.acceptance.ScenarioTest.SettableClock;
import io.quipu.common.wire.Json;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
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
 * What five real services with the default retention answer about November 2026 as years go by. Log time only goes forward, so the
 * tests follow each other.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RetentionTest {

    private static final String NOVEMBER = "/" + millis("2026-11-30T12:00:00Z") + "?months=1&days=1&hours=0&depth=";

    @TempDir
    private static Path data;
    private static SettableClock clock;
    private static Stack stack;

    @BeforeAll
    static void start() {
        clock = new SettableClock(Instant.parse("2026-11-30T12:00:00Z"));
        stack = new Stack(data, clock);
        stack.accepted(usage("app:ended", "2026-11-30T12:00:00Z"));
        stack.accepted(usage("app:web", "2026-11-30T12:00:00Z"));
        running("start", "app:batch", "2026-11-30T12:00:00Z");
    }

    @AfterAll
    static void stop() {
        stack.close();
    }

    private static long millis(String time) {
        return Instant.parse(time).toEpochMilli();
    }

    private static String ids(String app, String resource, String plan) {
        return String.format(Locale.ROOT, "\"organization_id\":\"org\",\"space_id\":\"shop\",\"consumer_id\":\"%s\","
                + "\"resource_id\":\"%s\",\"plan_id\":\"%s\",\"resource_instance_id\":\"%s:1\"", app, resource, plan, app);
    }

    private static String usage(String app, String end) {
        return "{\"start\":" + millis(end) + ",\"end\":" + millis(end) + "," + ids(app, "object-storage", "basic")
                + ",\"measured_usage\":[{\"measure\":\"light_api_calls\",\"quantity\":1000}]}";
    }

    private static void running(String kind, String app, String time) {
        HttpResponse<String> answer = stack.post("/v1/events/" + kind, "{\"timestamp\":" + millis(time) + ","
                + ids(app, "linux-container", "standard") + (kind.equals("stop") ? "}"
                : ",\"measured_usage\":[{\"measure\":\"memory\",\"quantity\":1073741824}]}"));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        stack.settle();
    }

    private static HttpResponse<String> report(String suffix) {
        return stack.reported("/v1/metering/organizations/org/aggregated/usage" + suffix, "Accept", "application/json");
    }

    private static void expired(HttpResponse<String> answer, String property, String from) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(410);
        JsonNode problem = Json.shared().readTree(answer.body());
        assertThat(problem.get("code").stringValue()).isEqualTo("expired");
        assertThat(problem.get("detail").stringValue()).contains("2026-11", property, "from " + from + " on");
    }

    private static BigDecimal purged(String service) {
        return new BigDecimal(stack.actuator(service, "prometheus").body().lines()
                .filter(line -> line.startsWith("quipu_store_expired_documents_total"))
                .map(line -> line.substring(line.lastIndexOf(' ') + 1)).findFirst().orElseThrow());
    }

    @Test
    @Order(1)
    void untilADayBeforeAMonthGoesItIsReportedAsEver() {
        clock.set(Instant.parse("2026-12-01T00:00:00Z"));
        JsonNode before = stack.report("org", NOVEMBER + "instance").get("spaces");
        clock.set(Instant.parse("2027-12-30T23:59:59.999Z"));

        assertThat(stack.report("org", NOVEMBER + "instance").get("spaces")).isEqualTo(before);
        assertThat(before.get(0).get("consumers")).hasSize(3);
        assertThat(purged("accumulator")).isZero();
    }

    @Test
    @Order(2)
    void instancesGoFirst() {
        clock.set(Instant.parse("2027-12-31T00:00:00Z"));
        expired(report(NOVEMBER + "instance"), "quipu.retention.instances", "2026-12");
        assertThat(stack.report("org", NOVEMBER + "consumer").get("spaces").get(0).get("consumers")).hasSize(3);
        HttpResponse<String> audit = stack.reported("/v1/metering/organizations/org/audit/2026-11", "Accept", "application/json");
        expired(audit, "quipu.retention.instances", "2026-12");

        clock.set(Instant.parse("2028-01-01T00:00:00Z"));
        stack.accepted(usage("app:web", "2028-01-01T00:00:00Z"));
        assertThat(purged("accumulator")).as("three instances, a month and a day of each").isEqualByComparingTo("6");
        assertThat(purged("aggregator")).isZero();
    }

    @Test
    @Order(3)
    void consumersGoNextAndAReportOfNowHasNoGhosts() {
        clock.set(Instant.parse("2029-01-01T00:00:00Z"));
        running("stop", "app:batch", "2029-01-01T00:00:00Z");
        stack.accepted(usage("app:web", "2029-01-01T00:00:00Z"));
        expired(report(NOVEMBER + "consumer"), "quipu.retention.consumers", "2026-12");
        expired(report(NOVEMBER + "instance"), "quipu.retention.consumers", "2026-12");
        assertThat(stack.report("org", NOVEMBER + "organization").get("resources")).hasSize(2);
        assertThat(stack.report("org", NOVEMBER + "space").get("spaces")).hasSize(1);
        assertThat(purged("aggregator")).as("three consumers, a month and a day of each").isEqualByComparingTo("6");

        clock.set(Instant.parse("2029-03-15T00:00:00Z"));
        stack.accepted(usage("app:web", "2029-03-15T00:00:00Z"));
        JsonNode now = stack.report("org", "?depth=instance");
        assertThat(now.get("spaces").get(0).get("consumers")).hasSize(1);
        assertThat(now.get("spaces").get(0).get("consumers").get(0).get("consumer_id").stringValue()).isEqualTo("app:web");
        assertThat(now.get("resources")).as("what has ended and gone").hasSize(1);
    }

    @Test
    @Order(4)
    void organizationsGoLast() {
        clock.set(Instant.parse("2036-11-29T00:00:00Z"));
        assertThat(report(NOVEMBER + "organization").statusCode()).isEqualTo(200);
        clock.set(Instant.parse("2036-11-30T00:00:00Z"));
        expired(report(NOVEMBER + "organization"), "quipu.retention.organizations", "2026-12");
        expired(report("?months=13&depth=organization".replace("?", "/" + millis("2027-11-01T00:00:00Z") + "?")),
                "quipu.retention.organizations", "2026-12");
        assertThat(report("/" + millis("2027-12-01T00:00:00Z") + "?months=13&depth=organization").statusCode()).isEqualTo(200);
    }
}
