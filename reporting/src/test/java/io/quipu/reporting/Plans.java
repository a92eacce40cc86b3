package io.quipu.reporting;

import io.quipu.common.plan.MeteringPlan;
import io.quipu.common.plan.MetricFunctions;
import io.quipu.common.plan.PlanVersion;
import io.quipu.common.plan.PricingPlan;
import io.quipu.common.plan.RatingPlan;
import io.quipu.reporting.report.PlanTerms;
import java.util.Arrays;
import java.util.List;

/** Plans for tests. */
public final class Plans {

    /** Metrics storage (a maximum), light and heavy calls (sums), as in Abacus's sample. */
    public static final PlanVersion STORAGE = plan("basic", "basic-object-storage", "object-rating-plan",
            "object-pricing-basic", "storage:max", "thousand_light_api_calls:sum", "heavy_api_calls:sum");

    /** The same resource under another plan. */
    public static final PlanVersion STANDARD = plan("standard", "standard-object-storage", "object-rating-plan",
            "object-pricing-standard", "heavy_api_calls:sum", "storage:max");

    /** Sums only. */
    public static final PlanVersion TOKENS = plan("standard", "llm", "llm", "llm", "thousand_input_tokens:sum",
            "thousand_output_tokens:sum");

    /** Memory is a level; calls and storage are not. */
    public static final PlanVersion RUNTIME = plan("standard", "linux-container", "container-rating",
            "container-pricing", "memory:time_weighted", "heavy_api_calls:sum", "storage:max");

    private Plans() {
    }

    public static PlanVersion plan(String planId, String metering, String rating, String pricing, String... metrics) {
        List<MeteringPlan.Metric> list = Arrays.stream(metrics).map(metric -> metric.split(":"))
                .map(m -> new MeteringPlan.Metric(m[0], "UNIT", "discrete", null, m[1])).toList();
        return new PlanVersion(planId, new MeteringPlan(metering, List.of(), list), new RatingPlan(rating, List.of()),
                new PricingPlan(pricing, List.of()));
    }

    public static PlanTerms terms(PlanVersion plan) {
        return PlanTerms.of(plan, MetricFunctions::of);
    }
}
