package io.quipu.accumulator;

import io.quipu.accumulator.domain.Course;
import io.quipu.accumulator.domain.Timeline;
import io.quipu.common.plan.CompiledPlans;
import io.quipu.common.plan.MeteringPlan;
import io.quipu.common.plan.PlanVersion;
import io.quipu.common.plan.PricingPlan;
import io.quipu.common.plan.RatingPlan;
import io.quipu.common.quantity.Value;
import io.quipu.common.stage.Batch;
import io.quipu.common.stage.BatchAnswer;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.store.FaultyStore;
import io.quipu.common.usage.AccumulatedUsage;
import io.quipu.common.usage.Event;
import io.quipu.common.usage.MeteredQuantity;
import io.quipu.common.usage.MeteredUsage;
import io.quipu.common.usage.Origin;
import io.quipu.common.usage.Pin;
import io.quipu.common.wire.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Events of levels, folded over a stage that commits all. */
final class Levels {

    static final PlanVersion PLAN = new PlanVersion("basic",
            new MeteringPlan("m", List.of(), List.of(new MeteringPlan.Metric("memory", "GB", null, "memory", "time_weighted"))),
            new RatingPlan("r", List.of()), new PricingPlan("p", List.of()));

    private Levels() {
    }

    static UsageAccumulator accumulator(DocumentStore store) {
        return new UsageAccumulator(store, new CompiledPlans(10), Levels::committed, () -> 0);
    }

    /** What a stage answers that commits all. */
    static List<BatchAnswer> committed(List<Batch<AccumulatedUsage>> batches) {
        return batches.stream().map(batch -> new BatchAnswer(batch.lastPosition(), List.of())).toList();
    }

    /** An instance of a resource in an organization. */
    record Instance(String organizationId, String resourceId, String id) {

        /** It is at that level; or ends, when there is none. */
        MeteredUsage event(long position, long acceptedAt, long time, Event.Kind kind, String id, Integer level) {
            return new MeteredUsage(position, acceptedAt, new Origin(organizationId, "s", "c", resourceId, "basic", this.id, time,
                    time), new Pin("1234", "USA", "USD", resourceId, Json.id(PLAN)), level == null ? List.of()
                    : List.of(new MeteredQuantity("memory", Value.of(BigDecimal.valueOf(level)))), new Event(kind, id));
        }

        MeteredUsage event(long position, long time, Event.Kind kind, Integer level) {
            return event(position, time, time, kind, null, level);
        }
    }

    static Batch<MeteredUsage> batch(int partition, Long reach, List<MeteredUsage> usages) {
        return new Batch<>(partition, usages.get(0).position() - 1, Map.of(Json.id(PLAN), PLAN), reach, usages);
    }

    /** All timelines of a store. */
    static List<Course> courses(FaultyStore store) {
        List<Course> courses = new ArrayList<>();
        store.documents().forEach((key, document) -> {
            if (key.endsWith("/timeline")) {
                courses.add(Course.of(Json.read(document.content(), Timeline.class)));
            }
        });
        return courses;
    }
}
