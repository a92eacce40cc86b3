package io.quipu.acceptance.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.common.wire.Json;
import org.junit.jupiter.api.Test;

/** The checker finds a total that is off by the last digit, wherever it stands. */
class ReportSumsTest {

    private static final String NO_HOURS = "[null],[null],[null],";

    /** A report of one space with two consumers; the arguments are what the two used and what the totals say. */
    private static String report(String first, String second, String space, String organization) {
        return """
                {"windows":%s,"resources":[%s],"spaces":[{"space_id":"s","windows":%s,"resources":[%s],"consumers":[
                 {"consumer_id":"a","windows":%s,"resources":[%s]},{"consumer_id":"b","windows":%s,"resources":[%s]}]}]}"""
                .formatted(charge(organization), resource(organization), charge(space), resource(space), charge(first),
                        resource(first), charge(second), resource(second));
    }

    private static String resource(String quantity) {
        return """
                {"resource_id":"r","windows":%s,"aggregated_usage":[{"metric":"m","windows":%s}],"plans":[
                 {"plan_id":"p","windows":%s,"aggregated_usage":[{"metric":"m","windows":%s}]}]}"""
                .formatted(charge(quantity), slot(quantity), charge(quantity), slot(quantity));
    }

    private static String slot(String quantity) {
        return ("[" + NO_HOURS + "[null],[{\"quantity\":%1$s,\"summary\":%1$s,\"cost\":%1$s,\"charge\":%1$s}]]")
                .formatted(quantity);
    }

    private static String charge(String charge) {
        return "[" + NO_HOURS + "[null],[{\"charge\":" + charge + "}]]";
    }

    private static Object check(String report) {
        return ReportSums.differences(Json.shared().readTree(report));
    }

    @Test
    void aReportThatAddsUpHasNoDifferences() {
        assertThat(ReportSums.differences(Json.shared().readTree(report("0.1", "0.2", "0.3", "0.3")))).isEmpty();
    }

    @Test
    void aTotalThatIsOffByTheLastDigitIsFound() {
        assertThat(check(report("0.1", "0.2", "0.30000000000000004", "0.30000000000000004")).toString())
                .contains("space s against its consumers").contains("the sum is 0.3");
        assertThat(check(report("0.1", "0.2", "0.3", "0.4")).toString()).contains("organization against its spaces");
    }

    @Test
    void aChargeThatIsNotTheSumOfItsMetricsIsFound() {
        String wrong = report("1", "2", "3", "3").replaceFirst("\\{\"charge\":3\\}", "{\"charge\":4}");
        assertThat(check(wrong).toString()).contains("organization against its resources");
    }
}
