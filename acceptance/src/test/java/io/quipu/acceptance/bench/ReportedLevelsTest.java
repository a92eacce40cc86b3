package io.quipu.acceptance.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.acceptance.bench.ReportedLevels.Levels;
import io.quipu.common.wire.Json;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

class ReportedLevelsTest {

    private static final long HOUR = 3_600_000;

    /** Of two organizations with one instance each: serial numbers 0 and 2 are of the first, 1 and 3 of the second. */
    @Test
    void eachLevelCountsUntilTheNextAndTheLastToTheEnd() {
        Traffic traffic = new Traffic(new Traffic.Shape("o", 2, 1, 1, 1, (serial, now) -> serial * HOUR,
                Offer.LEVEL), 1);
        traffic.take(4);
        Levels[] sent = ReportedLevels.sent(traffic, 10 * HOUR);
        assertThat(gigabytes(0)).isEqualByComparingTo("1");
        assertThat(gigabytes(1)).isEqualByComparingTo("3.3125");
        assertThat(gigabytes(2)).isEqualByComparingTo("5.625");
        assertThat(gigabytes(3)).isEqualByComparingTo("7.9375");
        assertThat(sent[0].consuming()).isEqualByComparingTo("5.625");
        assertThat(sent[0].consumed()).as("2 × 1 + 8 × 5.625").isEqualByComparingTo("47");
        assertThat(sent[1].consuming()).isEqualByComparingTo("7.9375");
        assertThat(sent[1].consumed()).as("2 × 3.3125 + 7 × 7.9375").isEqualByComparingTo("62.1875");
    }

    private static BigDecimal gigabytes(long serial) {
        return BigDecimal.valueOf(Form.LEVEL.quantity(serial)).divide(Form.LEVEL.units());
    }

    @Test
    void ofAReportTheMonthItIsOfCounts() {
        String windows = "[[null],[null],[null],[null],[{\"quantity\":{\"consuming\":5.625,\"consumed\":47}},"
                + "{\"quantity\":{\"consuming\":1,\"consumed\":2}}]]";
        String report = """
                {"resources":[{"resource_id":"linux-container","plans":[
                  {"plan_id":"basic/m/r/p","aggregated_usage":[{"metric":"memory","windows":%1$s},
                    {"metric":"other","windows":%1$s}]},
                  {"plan_id":"standard/m/r/p","aggregated_usage":[{"metric":"memory","windows":%1$s}]}]}]}""".formatted(windows);
        assertThat(ReportedLevels.reported(Json.shared().readTree(report), Offer.LEVEL))
                .isEqualTo(new Levels(new BigDecimal("5.625"), new BigDecimal("47")));
        assertThat(ReportedLevels.reported(Json.shared().readTree("{}"), Offer.LEVEL))
                .isEqualTo(new Levels(BigDecimal.ZERO, BigDecimal.ZERO));
    }
}
