package io.quipu.meter.domain;

import static io.quipu.meter.Usages.usage;
import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.common.plan.CompiledPlan;
import io.quipu.common.plan.MeteringPlan;
import io.quipu.common.plan.PlanVersion;
import io.quipu.common.plan.PricingPlan;
import io.quipu.common.plan.RatingPlan;
import io.quipu.common.quantity.Value;
import io.quipu.common.usage.CollectedUsage;
import io.quipu.common.usage.Event;
import io.quipu.common.usage.MeteredQuantity;
import io.quipu.common.usage.MeteredUsage;
import io.quipu.meter.Usages;
import java.math.BigDecimal;
import java.util.List;
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
    void anEventTouchesOnlyWhatIsWeightedByTime() {
        CompiledPlan running = CompiledPlan.of(Usages.running());
        for (Event.Kind kind : List.of(Event.Kind.START, Event.Kind.LEVEL)) {
            Event event = new Event(kind, "e1");
            MeteredUsage metered = accepted(Usages.event(10, event, "storage", "3221225472", "reads", "4"), running);
            assertThat(metered.meteredUsage()).containsExactly(metric("level", "3"));
            assertThat(metered.event()).isEqualTo(event);
        }
    }

    @Test
    void aStopMetersNothingWhateverItsPlan() {
        Event stop = new Event(Event.Kind.STOP, null);
        MeteredUsage metered = accepted(Usages.event(10, stop, "storage", "3221225472"), CompiledPlan.of(Usages.running()));
        assertThat(metered.meteredUsage()).isEmpty();
        assertThat(metered.event()).isEqualTo(stop);
        CompiledPlan none = CompiledPlan.of(new PlanVersion("gone", new MeteringPlan("none", List.of(), List.of()),
                new RatingPlan("none", List.of()), new PricingPlan("none", List.of())));
        assertThat(accepted(Usages.event(10, stop), none).meteredUsage()).isEmpty();
    }

    @Test
    void aUsageTouchesEveryMetric() {
        MeteredUsage metered = accepted(usage(10, "storage", "3221225472", "reads", "4"), CompiledPlan.of(Usages.running()));
        assertThat(metered.meteredUsage()).containsExactly(metric("level", "3"), metric("calls", "4"));
        assertThat(metered.event()).isNull();
    }

    @Test
    void anEventOfWhichALevelCannotBeMeteredIsRejected() {
        String half = "9".repeat(30);
        assertThat(Metering.meter(Usages.event(10, new Event(Event.Kind.START, null), "storage", half, "writes", half),
                CompiledPlan.of(Usages.running()))).isInstanceOfSatisfying(Metered.Rejected.class, rejected ->
                        assertThat(rejected.rejection().code()).isEqualTo("quantity_out_of_bounds"));
    }

    @Test
    void aQuantityOutOfBoundsRejectsTheUsage() {
        String half = "9".repeat(30);
        assertThat(Metering.meter(usage(10, "reads", half, "writes", half), plan))
                .isInstanceOfSatisfying(Metered.Rejected.class, rejected ->
                        assertThat(rejected.rejection().code()).isEqualTo("quantity_out_of_bounds"));
    }

    @Test
    void aFormulaMetersTheMeasuresAndTimesOfTheUsageAndIsTouchedByNoEvent() {
        CompiledPlan formulas = CompiledPlan.of(new PlanVersion("basic", new MeteringPlan("m", List.of(), List.of(
                new MeteringPlan.Metric("hours", "HOUR", null, "m => m.reads * (m.end - m.start) / 3600000", null),
                new MeteringPlan.Metric("writes", "CALL", null, "m => m.writes || 0", null))),
                new RatingPlan("r", List.of()), new PricingPlan("p", List.of())));

        assertThat(accepted(usage(10, "reads", "4"), formulas).meteredUsage()).containsExactly(metric("hours", "4"));
        assertThat(accepted(Usages.event(10, new Event(Event.Kind.START, null), "reads", "4"), formulas).meteredUsage()).isEmpty();
        assertThat(Metering.meter(usage(10, "reads", "9".repeat(30), "writes", "1"), CompiledPlan.of(new PlanVersion("basic",
                new MeteringPlan("m", List.of(), List.of(new MeteringPlan.Metric("m", "U", null, "m => m.reads * 10", null))),
                new RatingPlan("r", List.of()), new PricingPlan("p", List.of()))))).isInstanceOfSatisfying(
                        Metered.Rejected.class, rejected -> assertThat(rejected.rejection().code()).isEqualTo("metering_failed"));
    }

    private MeteredUsage accepted(CollectedUsage usage) {
        return accepted(usage, plan);
    }

    private static MeteredUsage accepted(CollectedUsage usage, CompiledPlan plan) {
        return ((Metered.Accepted) Metering.meter(usage, plan)).usage();
    }

    private static MeteredQuantity metric(String name, String quantity) {
        return new MeteredQuantity(name, Value.of(new BigDecimal(quantity)));
    }
}
