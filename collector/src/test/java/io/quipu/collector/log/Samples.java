package io.quipu.collector.log;

import io.quipu.common.plan.MeteringPlan;
import io.quipu.common.plan.PlanVersion;
import io.quipu.common.plan.PricingPlan;
import io.quipu.common.plan.RatingPlan;
import io.quipu.common.usage.MeasuredQuantity;
import io.quipu.common.usage.Origin;
import io.quipu.common.usage.Pin;
import java.math.BigDecimal;
import java.util.List;

/** Usages for tests. */
public final class Samples {

    /** The plan version that they are pinned to. */
    public static final PlanVersion PLAN = new PlanVersion("basic",
            new MeteringPlan("m", List.of(), List.of()), new RatingPlan("r", List.of()), new PricingPlan("p", List.of()));

    private Samples() {
    }

    /** A usage told apart by its dedup id, ended at noon. */
    public static LoggedUsage usage(String dedupId) {
        return usage(dedupId, ManualClock.NOON, "1");
    }

    public static LoggedUsage usage(String dedupId, long end, String quantity) {
        return new LoggedUsage(new Origin("org", "space", "app", "object-storage", "basic", "instance", end, end),
                new Pin("account", "USA", "USD", "object-storage", "plan-1"),
                List.of(new MeasuredQuantity("storage", new BigDecimal(quantity))), dedupId, null);
    }

    /** A usage of an instance of its own. */
    public static LoggedUsage usageOfInstance(String instance, long end) {
        return new LoggedUsage(new Origin("org", "space", "app", "object-storage", "basic", instance, end, end),
                new Pin("account", "USA", "USD", "object-storage", "plan-1"),
                List.of(new MeasuredQuantity("storage", BigDecimal.ONE)), null, null);
    }
}
