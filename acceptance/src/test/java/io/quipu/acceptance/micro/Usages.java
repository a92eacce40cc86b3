package io.quipu.acceptance.micro;

import io.quipu.common.plan.CompiledPlan;
import io.quipu.common.plan.MeteringPlan;
import io.quipu.common.plan.PlanVersion;
import io.quipu.common.plan.Price;
import io.quipu.common.plan.PricingPlan;
import io.quipu.common.plan.RatingPlan;
import io.quipu.common.quantity.Value;
import io.quipu.common.stage.Batch;
import io.quipu.common.usage.MeasuredQuantity;
import io.quipu.common.usage.MeteredQuantity;
import io.quipu.common.usage.MeteredUsage;
import io.quipu.common.usage.Origin;
import io.quipu.common.usage.Pin;
import io.quipu.common.usage.Position;
import io.quipu.common.wire.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Batches of 100 usages of one organization with 10 consumers, of a plan with a maximum and two sums. */
final class Usages {

    /** Usages of a batch. */
    static final int BATCH = 100;

    static final String ORGANIZATION = "organization";

    private static final int CONSUMERS = 10;
    private static final long END = 1_795_262_400_000L;
    private static final List<String> METRICS = List.of("storage", "light_api_calls", "heavy_api_calls");

    private final PlanVersion plan;
    private final String planId;
    private final CompiledPlan compiled;

    /** Of a plan whose sums are rated in that way. */
    Usages(String rate) {
        List<Price> prices = List.of(rate.equals("per_unit")
                ? new Price("USA", "USD", new BigDecimal("0.03"), null, null, null)
                : new Price("USA", "USD", null, null, tiers(), null));
        plan = new PlanVersion("basic",
                new MeteringPlan("metering", METRICS.stream().map(name -> new MeteringPlan.Measure(name, "ONE")).toList(),
                        METRICS.stream().map(name -> new MeteringPlan.Metric(name, "ONE", "discrete", name,
                                name.equals("storage") ? "max" : "sum")).toList()),
                new RatingPlan("rating", METRICS.stream().map(name -> new RatingPlan.Metric(name, rate)).toList()),
                new PricingPlan("pricing", METRICS.stream().map(name -> new PricingPlan.Metric(name, prices)).toList()));
        planId = Json.id(plan);
        compiled = CompiledPlan.of(plan);
    }

    /** Three tiers. */
    static List<Price.Tier> tiers() {
        return List.of(new Price.Tier(new BigDecimal(1_000), new BigDecimal("0.15")),
                new Price.Tier(new BigDecimal(1_000_000), new BigDecimal("0.11")),
                new Price.Tier(null, new BigDecimal("0.07")));
    }

    CompiledPlan plan(String id) {
        if (!id.equals(planId)) {
            throw new IllegalArgumentException("no plan " + id);
        }
        return compiled;
    }

    Batch<MeteredUsage> metered(long segment) {
        List<MeteredUsage> usages = new ArrayList<>();
        for (int i = 0; i < BATCH; i++) {
            int number = i;
            usages.add(new MeteredUsage(Position.of(segment, i), END, origin(i), pin(), METRICS.stream().map(metric ->
                    new MeteredQuantity(metric, Value.of(quantity(metric, number)))).toList()));
        }
        return new Batch<>(7, Position.of(segment, 0) - 1, Map.of(planId, plan), usages);
    }

    List<MeasuredQuantity> measured(int number) {
        return METRICS.stream().map(metric -> new MeasuredQuantity(metric, quantity(metric, number))).toList();
    }

    Origin origin(int number) {
        int consumer = number % CONSUMERS;
        return new Origin(ORGANIZATION, "space", "app:" + consumer, "object-storage", "basic", "instance-" + consumer,
                END - 1_000, END);
    }

    Pin pin() {
        return new Pin("account", "USA", "USD", "object-storage", planId);
    }

    private static BigDecimal quantity(String metric, int number) {
        return metric.equals("storage") ? BigDecimal.ONE : new BigDecimal("0.125").add(new BigDecimal(number));
    }
}
