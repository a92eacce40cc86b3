package io.quipu.acceptance.tool;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.common.wire.Json;
import org.junit.jupiter.api.Test;

/** What people read of a report. */
class ReportTableTest {

    @Test
    void theTableShowsTheMonth() {
        String month = "[[null],[null],[null],[null],[{\"quantity\":0.2,\"charge\":0.1}]]";
        String table = ReportTable.of(Json.shared().readTree("""
                {"organization_id":"o","account_id":"1","currency":"USD","windows":%1$s,"spaces":[{"space_id":"s","windows":%1$s,
                 "consumers":[{"consumer_id":"a","resources":[{"resource_id":"r","plans":[{"plan_id":"p/m/r/c",
                  "aggregated_usage":[{"metric":"m","windows":%1$s}]}]}]}]}]}""".formatted(month)));

        assertThat(table).contains("organization o, account 1").contains("s      a    r         p     m")
                .contains("0.2").contains("total").contains("0.1 USD");
    }
}
