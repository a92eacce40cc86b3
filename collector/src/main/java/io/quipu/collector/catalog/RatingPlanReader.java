package io.quipu.collector.catalog;

import io.quipu.common.plan.Rate;
import io.quipu.common.plan.RatingPlan;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads rating plans: the rate function of each metric. */
final class RatingPlanReader {

    private static final Set<String> PLAN = Members.names("plan_id", "metrics");
    private static final Set<String> METRIC = Members.names("name", "rate");

    private RatingPlanReader() {
    }

    static RatingPlan read(String planId, Members plan) {
        plan.allow(PLAN);
        plan.require("metrics");
        List<RatingPlan.Metric> metrics = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Members metric : plan.objects("metrics", 0, PlanDefinition.MAX_METRICS)) {
            PlanDefinition.refuseFormulas(metric, METRIC, Set.of("charge"));
            metrics.add(new RatingPlan.Metric(PlanDefinition.name(metric, names),
                    PlanDefinition.function(metric, "rate", Rate.ids()).orElse(null)));
        }
        return new RatingPlan(planId, metrics);
    }
}
