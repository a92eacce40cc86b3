package io.quipu.collector.intake;

import io.quipu.common.plan.MeteringPlan;
import io.quipu.common.plan.PlanVersion;
import io.quipu.common.plan.PricingPlan;
import io.quipu.common.plan.RatingPlan;
import io.quipu.common.usage.Pin;
import io.quipu.common.web.Problem;
import io.quipu.common.wire.Json;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** Usage documents and the terms they are accepted under. */
public final class Samples {

    /** 2026-11-21T12:00:00Z. */
    public static final long NOW = 1795262400000L;

    /** What the test's plan measures. */
    static final List<String> MEASURES = List.of("storage", "light_api_calls", "heavy_api_calls");

    private Samples() {
    }

    /** A valid usage of an organization that ends now. */
    public static ObjectNode usage(String organizationId) {
        ObjectNode usage = (ObjectNode) Json.shared().readTree("""
                {"start":%d,"end":%d,"organization_id":"o1","space_id":"s1","consumer_id":"app:c1",
                 "resource_id":"object-storage","plan_id":"basic","resource_instance_id":"i1","dedup_id":"d1",
                 "region":"eu","measured_usage":[{"measure":"storage","quantity":1073741824},
                 {"measure":"light_api_calls","quantity":"1e3"},{"measure":"heavy_api_calls","quantity":0.5}]}
                """.formatted(NOW - 600_000, NOW));
        return usage.put("organization_id", organizationId);
    }

    /** A catalog of one resource and one plan, that does not know the organization {@code nobody}. */
    public static TermsSource.Terms terms(String organizationId, String resourceId, String planId) {
        if (organizationId.equals("nobody")) {
            throw Problem.of(404, "organization_not_found", "no organization");
        }
        if (resourceId.equals("unknown-resource")) {
            throw Problem.of(422, "resource_not_found", "no resource");
        }
        if (planId.equals("unknown-plan")) {
            throw Problem.of(422, "plan_not_found", "no plan");
        }
        MeteringPlan metering = new MeteringPlan("m1",
                MEASURES.stream().map(name -> new MeteringPlan.Measure(name, "UNIT")).toList(), List.of());
        return new TermsSource.Terms(new Pin("a1", "USA", "USD", "object-storage", "hash"),
                new PlanVersion(planId, metering, new RatingPlan("r1", List.of()), new PricingPlan("p1", List.of())));
    }
}
