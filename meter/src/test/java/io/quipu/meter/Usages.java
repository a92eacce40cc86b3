package io.quipu.meter;

import io.quipu.common.plan.MeteringPlan;
import io.quipu.common.plan.PlanVersion;
import io.quipu.common.plan.PricingPlan;
import io.quipu.common.plan.RatingPlan;
import io.quipu.common.stage.Batch;
import io.quipu.common.usage.CollectedUsage;
import io.quipu.common.usage.Event;
import io.quipu.common.usage.MeasuredQuantity;
import io.quipu.common.usage.Origin;
import io.quipu.common.usage.Pin;
import io.quipu.common.wire.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Collected usage and the plan it is metered by. */
public final class Usages {

    /** The id that the usages are pinned to. */
    public static final String PLAN = Json.id(plan());

    private Usages() {
    }

    /** Measures storage, reads and writes; metrics gigabytes, calls and writes per read. */
    public static PlanVersion plan() {
        return new PlanVersion("basic",
                new MeteringPlan("m1", List.of(new MeteringPlan.Measure("storage", "BYTE"),
                        new MeteringPlan.Measure("reads", "CALL"), new MeteringPlan.Measure("writes", "CALL")),
                        List.of(new MeteringPlan.Metric("gigabytes", "GIGABYTE", null, "storage / 1073741824", "max"),
                                new MeteringPlan.Metric("calls", "CALL", null, "reads + writes", "sum"),
                                new MeteringPlan.Metric("ratio", "RATIO", null, "writes / reads", "last"))),
                new RatingPlan("r1", List.of()), new PricingPlan("p1", List.of()));
    }

    /** A usage with measures by turns of name and quantity. */
    public static CollectedUsage usage(long position, String... namesAndQuantities) {
        List<MeasuredQuantity> measured = new ArrayList<>();
        for (int i = 0; i < namesAndQuantities.length; i += 2) {
            measured.add(new MeasuredQuantity(namesAndQuantities[i], new BigDecimal(namesAndQuantities[i + 1])));
        }
        return new CollectedUsage(position, 1_446_418_800_000L,
                new Origin("org", "space", "app", "object-storage", "basic", "instance", 1_446_415_200_000L,
                        1_446_418_800_000L),
                new Pin("account", "USA", "USD", "object-storage", PLAN), measured);
    }

    /** Measures as {@link #plan}; a level, which is weighted by time, and calls. */
    public static PlanVersion running() {
        return new PlanVersion("basic", new MeteringPlan("m2", plan().metering().measures(),
                List.of(new MeteringPlan.Metric("level", "GIGABYTE", null, "storage * (writes + 1) / 1073741824",
                        "time_weighted", "minutes"),
                        new MeteringPlan.Metric("calls", "CALL", null, "reads + 0", "sum"))),
                new RatingPlan("r1", List.of()), new PricingPlan("p1", List.of()));
    }

    /** An event with measures by turns of name and quantity. */
    public static CollectedUsage event(long position, Event event, String... namesAndQuantities) {
        CollectedUsage usage = usage(position, namesAndQuantities);
        return new CollectedUsage(position, usage.acceptedAt(), usage.origin(), usage.pin(), usage.measuredUsage(), event);
    }

    /** A batch of partition 3 above cursor 9. */
    public static Batch<CollectedUsage> batch(CollectedUsage... usages) {
        return new Batch<>(3, 9, Map.of(PLAN, plan()), List.of(usages));
    }
}
