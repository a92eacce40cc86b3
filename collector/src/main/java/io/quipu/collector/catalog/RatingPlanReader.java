package io.quipu.collector.catalog;

import io.quipu.collector.catalog.recognition.Recognition;
import io.quipu.common.plan.FunctionText;
import io.quipu.common.plan.Rate;
import io.quipu.common.plan.RatingPlan;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Reads rating plans: how each metric is rated and charged. */
final class RatingPlanReader {

    private static final Set<String> PLAN = Members.names("plan_id", "metrics", PlanDefinition.RECOGNIZE);
    private static final Set<String> METRIC = Members.names("name", "rate", "charge");

    private RatingPlanReader() {
    }

    static RatingPlan read(String planId, Members plan) {
        plan.allow(PLAN);
        plan.require("metrics");
        boolean recognize = plan.flag(PlanDefinition.RECOGNIZE, true);
        List<RatingPlan.Metric> metrics = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Members metric : plan.objects("metrics", 0, PlanDefinition.MAX_METRICS)) {
            metrics.add(metric(metric, names, recognize));
        }
        PlanDefinition.checkLength(plan, metrics.stream().flatMap(metric -> Stream.of(metric.rate(), metric.charge())));
        return new RatingPlan(planId, metrics);
    }

    private static RatingPlan.Metric metric(Members metric, Set<String> names, boolean recognize) {
        metric.allow(METRIC);
        String name = PlanDefinition.name(metric, names);
        Optional<String> rate = PlanDefinition.function(metric, PlanFunction.RATE, Rate.ids());
        Optional<String> charge = PlanFunction.CHARGE.read(metric);
        RatingPlan.Metric read = new RatingPlan.Metric(name, rate.orElse(null), charge.orElse(null), null);
        if (rate.isPresent() == metric.absent("rate") || charge.isPresent() == metric.absent("charge") || !read.formulas()) {
            return read;
        }
        if (!FunctionText.is(read.rate()) && rate.isPresent() && !rate.get().equals(Rate.PER_UNIT.id())) {
            metric.note("charge", "exclusive", "is for metrics with a rate that is per_unit or a function");
            return read;
        }
        PlanProbe.rating(metric, read);
        return recognize ? Recognition.rating(read).orElse(read) : read;
    }
}
