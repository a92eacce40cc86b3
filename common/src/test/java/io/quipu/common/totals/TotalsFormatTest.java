package io.quipu.common.totals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quipu.common.wire.Json;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TotalsFormatTest {

    private static final String TOTALS = """
            "plans":[{"resource_id":"db","path":{"plan_id":"p","metering_plan_id":"m","rating_plan_id":"r","pricing_plan_id":"c"},
             "plan":"v","metrics":[{"metric":"memory","quantity":3,"cost":0.5,"hours":%s,"level":%s}]}]""";
    private static final Map<Integer, String> BY_FORMAT = Map.of(
            1, TOTALS.formatted("[{\"hour\":5,\"quantity\":3,\"cost\":0.5}]",
                    "{\"change\":1,\"area\":-10,\"cost_change\":2,\"cost_area\":-20,\"last\":7}"),
            2, TOTALS.formatted("[[5,3,0.5]]", "[1,-10,2,-20,7]"),
            3, TOTALS.formatted("[[5,3,0.5]]", "[1,-10,2,-20,7]"));

    static Stream<Arguments> documents() {
        return Stream.of(
                Arguments.of(ConsumerWindow.class, """
                        {"version":%d,"organization_id":"o","space_id":"s","consumer_id":"a","window":"2026-11-21",
                         "watermark":{"position":4,"rejected":[],"pruned_to":-1},"processed":9,%s}"""),
                Arguments.of(OrganizationWindow.class, """
                        {"version":%d,"organization_id":"o","window":"2026-11-21",
                         "watermark":{"position":4,"rejected":[],"pruned_to":-1},"account_id":"1","currency":"USD",
                         "start":1,"end":2,"processed":9,%s,"spaces":[]}"""));
    }

    @ParameterizedTest
    @MethodSource("documents")
    <T> void theFirstFormatIsReadTheSecondIsWrittenAndNewerOnesAreRefused(Class<T> type, String document) {
        T first = read(type, document, 1);
        T second = read(type, document, 2);

        assertThat(new String(Json.write(second), StandardCharsets.UTF_8))
                .isEqualToIgnoringWhitespace(document.formatted(2, BY_FORMAT.get(2)));
        assertThat(new String(Json.write(first), StandardCharsets.UTF_8)).as("but for the number, which who folds it sets")
                .isEqualToIgnoringWhitespace(document.formatted(1, BY_FORMAT.get(2)));
        assertThatThrownBy(() -> read(type, document, 3)).hasStackTraceContaining("has format 3, this release knows 2");
    }

    private static <T> T read(Class<T> type, String document, int version) {
        return Json.read(document.formatted(version, BY_FORMAT.get(version)).getBytes(StandardCharsets.UTF_8), type);
    }
}
