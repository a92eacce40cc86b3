package io.quipu.meter.domain;

import static io.quipu.meter.Usages.usage;
import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.common.plan.CompiledPlan;
import io.quipu.common.quantity.Value;
import io.quipu.common.usage.CollectedUsage;
import io.quipu.common.usage.MeteredQuantity;
import io.quipu.common.usage.MeteredUsage;
import io.quipu.meter.Usages;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

class MeteringTest {

    private final CompiledPlan plan = CompiledPlan.of(Usages.plan());

    @Test
    void metricsAreComputedInThePlansOrder() {
        assertThat(accepted(usage(10, "writes", "3", "reads", "4", "storage", "1610612736")).meteredUsage())
                .containsExactly(metric("gigabytes", "1.5"), metric("calls", "7"), metric("ratio", "0.75"));
    }

    @Test
    void aMetricWithoutAnyOfItsMeasuresIsLeftOut() {
        assertThat(accepted(usage(10, "storage", "1073741824")).meteredUsage())
                .containsExactly(metric("gigabytes", "1"));
    }

    @Test
    void aMeasureMissingBesideAPresentOneCountsAsZero() {
        assertThat(accepted(usage(10, "reads", "4")).meteredUsage())
                .containsExactly(metric("calls", "4"), metric("ratio", "0"));
    }

    @Test
    void usageWithoutMeasuresHasNoMetricsButGoesOn() {
        assertThat(accepted(usage(10)).meteredUsage()).isEmpty();
    }

    @Test
    void whatStaysTheSameIsHandedOnUnchanged() {
        CollectedUsage collected = usage(10, "reads", "4");
        MeteredUsage metered = accepted(collected);
        assertThat(metered.position()).isEqualTo(10);
        assertThat(metered.acceptedAt()).isEqualTo(collected.acceptedAt());
        assertThat(metered.origin()).isEqualTo(collected.origin());
        assertThat(metered.pin()).isEqualTo(collected.pin());
    }

    @Test
    void oneMetricThatCannotBeMeteredRejectsTheWholeUsage() {
        Metered metered = Metering.meter(usage(10, "storage", "1", "writes", "5"), plan);
        assertThat(metered).isInstanceOfSatisfying(Metered.Rejected.class, rejected -> {
            assertThat(rejected.rejection().position()).isEqualTo(10);
            assertThat(rejected.rejection().stage()).isEqualTo("meter");
            assertThat(rejected.rejection().code()).isEqualTo("metering_failed");
            assertThat(rejected.rejection().reason()).contains("ratio").contains("division of 5 by zero");
        });
    }

    @Test
    void aQuantityOutOfBoundsRejectsTheUsage() {
        String half = "9".repeat(30);
        assertThat(Metering.meter(usage(10, "reads", half, "writes", half), plan))
                .isInstanceOfSatisfying(Metered.Rejected.class, rejected ->
                        assertThat(rejected.rejection().code()).isEqualTo("quantity_out_of_bounds"));
    }

    private MeteredUsage accepted(CollectedUsage usage) {
        return ((Metered.Accepted) Metering.meter(usage, plan)).usage();
    }

    private static MeteredQuantity metric(String name, String quantity) {
        return new MeteredQuantity(name, Value.of(new BigDecimal(quantity)));
    }
}
