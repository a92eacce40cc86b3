package io.quipu.common.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import org.junit.jupiter.api.Test;

class UsageCountsTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final UsageCounts counts = new UsageCounts(registry, "usages", "of a test", List.of("accepted"), List.of("slack"));

    @Test
    void allSeriesAreThereFromTheStart() {
        assertThat(registry.get("usages").counters()).hasSize(3).allMatch(counter -> counter.count() == 0);
    }

    @Test
    void aCodeThatNobodyNamedMakesNoSeriesOfItsOwn() {
        counts.rejected("slack", 1);
        counts.rejected("org-4711", 2);
        counts.rejected("org-4712", 3);
        counts.count("accepted", 4);

        assertThat(registry.get("usages").counters()).hasSize(3);
        assertThat(counted("rejected", "slack")).isEqualTo(1);
        assertThat(counted("rejected", "other")).isEqualTo(5);
        assertThat(counted("accepted", "none")).isEqualTo(4);
    }

    private double counted(String result, String code) {
        return registry.get("usages").tags("result", result, "code", code).counter().count();
    }
}
