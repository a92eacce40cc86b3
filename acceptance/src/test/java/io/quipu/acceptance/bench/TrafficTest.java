package io.quipu.acceptance.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.quipu.common.wire.Json;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class TrafficTest {

    private static final long NOW = 1_795_262_400_000L;

    private static Traffic traffic(int organizations, int spaces, int consumers, int together, long seed) {
        return new Traffic(new Traffic.Shape("org", organizations, spaces, consumers, together, Times.NOW, Offer.BUILT_IN), seed);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 999})
    void everyConsumerHasItsTurnBeforeOneHasItAgain(long seed) {
        Traffic traffic = traffic(7, 3, 60, 1, seed);
        for (long round = 0; round < 3; round++) {
            Set<String> seen = new HashSet<>();
            for (long serial = round * 420; serial < (round + 1) * 420; serial++) {
                seen.add(traffic.organizationOf(serial) + "/" + traffic.consumerOf(serial));
            }
            assertThat(seen).hasSize(420);
        }
    }

    @Test
    void togetherIsABatchOfOneOrganizationOverDistinctConsumers() {
        Traffic traffic = traffic(3, 1, 1_000, 100, 5);
        for (long batch = 0; batch < 30; batch++) {
            Set<Long> organizations = new HashSet<>();
            Set<Long> consumers = new HashSet<>();
            for (long serial = batch * 100; serial < (batch + 1) * 100; serial++) {
                organizations.add(traffic.organizationOf(serial));
                consumers.add(traffic.consumerOf(serial));
            }
            assertThat(organizations).containsExactly(batch % 3);
            assertThat(consumers).hasSize(100);
        }
    }

    @Test
    void aConsumerIsAlwaysInTheSameSpace() {
        Traffic traffic = traffic(2, 4, 10, 1, 1);
        for (long serial = 0; serial < 1_000; serial++) {
            assertThat(traffic.spaceOf(serial)).isEqualTo(traffic.consumerOf(serial) % 4);
        }
    }

    @Test
    void whatWasSentIsCountedAndSummedByOrganization() {
        Traffic traffic = traffic(2, 1, 1, 1, 1);
        traffic.take(3);
        traffic.take(2);
        Traffic.Sent[] sent = traffic.sent();
        assertThat(sent[0]).isEqualTo(new Traffic.Sent(3, BigDecimal.valueOf(3 * Form.FIRST_QUANTITY + 0 + 2 + 4)));
        assertThat(sent[1]).isEqualTo(new Traffic.Sent(2, BigDecimal.valueOf(2 * Form.FIRST_QUANTITY + 1 + 3)));
    }

    @Test
    void noTrafficWithoutConsumers() {
        assertThatIllegalArgumentException().isThrownBy(() -> traffic(1, 1, 0, 1, 1));
    }

    @Test
    void singleDocumentHoldsWhatFollowsFromItsSerialNumber() {
        Traffic traffic = traffic(7, 3, 60, 1, 4);
        UsageTemplate template = new UsageTemplate(traffic, 9080, 1);
        template.request(5, NOW - 1);
        JsonNode usage = Json.shared().readTree(template.body(421, NOW));
        assertUsage(usage, traffic, 421, NOW);
        assertThat(template.documentLength()).isEqualTo(template.body(421, NOW).length);
    }

    @Test
    void everyDocumentOfABatchHoldsItsOwn() {
        Traffic traffic = traffic(20, 2, 10, 1, 4);
        JsonNode batch = Json.shared().readTree(new UsageTemplate(traffic, 9080, 100).body(1_234_567, NOW));
        assertThat(batch.size()).isEqualTo(100);
        for (int i = 0; i < 100; i++) {
            assertUsage(batch.get(i), traffic, 1_234_567 + i, NOW);
        }
    }

    @Test
    void endsWhenTheShapeSaysSo() {
        Traffic traffic = new Traffic(new Traffic.Shape("org", 1, 1, 1, 1, Times.at(NOW - 5_000), Offer.BUILT_IN), 1);
        assertThat(Json.shared().readTree(new UsageTemplate(traffic, 9080, 1).body(0, NOW)).get("end").longValue())
                .isEqualTo(NOW - 5_000);
    }

    @Test
    void timesAreSpreadOverAMonthInOrder() {
        long month = 31 * 86_400_000L;
        Times times = Times.over(NOW, NOW + month, 100_000);
        long last = NOW - 1;
        for (long serial = 0; serial < 100_000; serial++) {
            long time = times.of(serial, 0);
            assertThat(time).isGreaterThan(last);
            assertThat(time).isBetween(NOW + month / 100_000 * serial, NOW + month / 100_000 * (serial + 1) - 1);
            last = time;
        }
    }

    @Test
    void anEventHasATimeAnIdAndALevel() {
        Traffic traffic = new Traffic(new Traffic.Shape("org", 20, 2, 50, 1, Times.over(NOW, NOW + 100_000, 1_000),
                Offer.LEVEL), 4);
        UsageTemplate template = new UsageTemplate(traffic, 9080, 100);
        assertThat(new String(template.request(0, NOW), StandardCharsets.US_ASCII)).startsWith("POST /v1/events/level HTTP/1.1\r\n");
        JsonNode events = Json.shared().readTree(template.body(500, 0));
        assertThat(events.size()).isEqualTo(100);
        JsonNode event = events.get(3);
        assertThat(event.propertyNames()).containsExactly("timestamp", "organization_id", "space_id", "consumer_id",
                "resource_id", "plan_id", "resource_instance_id", "id", "measured_usage");
        assertThat(event.get("timestamp").longValue()).isEqualTo(NOW + 50_300 + 503 * 7_919 % 100);
        assertThat(event.get("resource_id").stringValue()).isEqualTo("linux-container");
        assertThat(event.get("id").stringValue()).isEqualTo("0000000503");
        assertThat(event.get("measured_usage").toString()).isEqualTo(
                "[{\"measure\":\"memory\",\"quantity\":" + Form.LEVEL.quantity(503) + "}]");
    }

    @Test
    void discreteUsageMeasuresTheSame() {
        Traffic traffic = new Traffic(new Traffic.Shape("org", 20, 2, 50, 1, Times.NOW, Offer.DISCRETE), 4);
        JsonNode usage = Json.shared().readTree(new UsageTemplate(traffic, 9080, 1).body(503, NOW));
        assertThat(usage.get("end").longValue()).isEqualTo(NOW);
        assertThat(usage.get("resource_id").stringValue()).isEqualTo("bench-container");
        assertThat(usage.get("measured_usage").toString()).isEqualTo(
                "[{\"measure\":\"memory\",\"quantity\":" + Form.LEVEL.quantity(503) + "}]");
    }

    @Test
    void everyQuantityHasTenDigitsAndAnInstancesLevelsDiffer() {
        for (Form form : Form.values()) {
            for (long serial = 0; serial < 100_000; serial++) {
                assertThat(form.quantity(serial)).isBetween(1_000_000_000L, 9_999_999_999L);
                assertThat(form.quantity(serial)).isNotEqualTo(form.quantity(serial + 1_000));
            }
        }
    }

    @Test
    void theHeadSaysHowLongTheBodyIs() {
        UsageTemplate template = new UsageTemplate(traffic(2, 1, 1, 1, 1), 9080, 3);
        String request = new String(template.request(0, NOW), StandardCharsets.US_ASCII);
        String body = request.substring(request.indexOf("\r\n\r\n") + 4);
        assertThat(request).startsWith("POST /v1/metering/collected/usage HTTP/1.1\r\nHost: 127.0.0.1:9080\r\n")
                .contains("\r\nContent-Length: " + body.length() + "\r\n");
        assertThat(body.getBytes(StandardCharsets.US_ASCII)).isEqualTo(template.body(0, NOW));
    }

    private static void assertUsage(JsonNode usage, Traffic traffic, long serial, long now) {
        assertThat(usage.get("start").longValue()).isEqualTo(now - 1_000);
        assertThat(usage.get("end").longValue()).isEqualTo(now);
        assertThat(usage.get("organization_id").stringValue())
                .isEqualTo(traffic.shape().organization(traffic.organizationOf(serial)));
        assertThat(usage.get("space_id").stringValue()).endsWith("-00000" + traffic.spaceOf(serial));
        assertThat(Long.parseLong(usage.get("consumer_id").stringValue().substring(4)))
                .isEqualTo(traffic.consumerOf(serial));
        assertThat(Long.parseLong(usage.get("dedup_id").stringValue())).isEqualTo(serial);
        assertThat(usage.get("measured_usage").get(1).get("quantity").longValue())
                .isEqualTo(Form.FIRST_QUANTITY + serial);
    }
}
