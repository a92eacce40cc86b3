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

    /** The terms of usage, and of stops, which never lack any. */
    public static final TermsSource TERMS = TermsSource.of(Samples::terms, Samples::stopTerms);

    private Samples() {
    }

    /** A valid event of an organization that happens now, of the plan {@code running}; without measures a stop. */
    public static ObjectNode event(String organizationId, String... measures) {
        ObjectNode event = (ObjectNode) Json.shared().readTree("""
                {"id":"e1","timestamp":%d,"organization_id":"o1","space_id":"s1","consumer_id":"app:c1",
                 "resource_id":"linux-container","plan_id":"running","resource_instance_id":"i1"}
                """.formatted(NOW));
        event.put("organization_id", organizationId);
        for (String measure : measures) {
            event.withArray("measured_usage").addObject().put("measure", measure).put("quantity", 1073741824);
        }
        return event;
    }

    /** A valid snapshot of now; of all organizations when there is none. */
    public static ObjectNode snapshot(String organizationId, ObjectNode... instances) {
        ObjectNode snapshot = Json.shared().createObjectNode().put("id", "s1").put("timestamp", NOW)
                .put("resource_id", "linux-container");
        if (organizationId != null) {
            snapshot.put("organization_id", organizationId);
        }
        snapshot.putArray("instances").addAll(List.of(instances));
        return snapshot;
    }

    /** An instance as a snapshot of an organization lists it. */
    public static ObjectNode listed(String instance) {
        ObjectNode listed = Json.shared().createObjectNode().put("space_id", "s1").put("consumer_id", "app:c1")
                .put("plan_id", "running").put("resource_instance_id", instance);
        listed.putArray("measured_usage").addObject().put("measure", "memory").put("quantity", 1073741824);
        return listed;
    }

    private static TermsSource.Terms stopTerms(String organizationId, String resourceId, String planId) {
        try {
            return terms(organizationId, resourceId, planId);
        } catch (Problem problem) {
            return new TermsSource.Terms(new Pin("", "", "", resourceId, "none"), new PlanVersion(planId,
                    new MeteringPlan("none", List.of(), List.of()), new RatingPlan("none", List.of()),
                    new PricingPlan("none", List.of())));
        }
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

    /**
     * A catalog of one plan, and {@code running}, whose memory and disk are weighted by time, that does not know the organization
     * {@code nobody}.
     */
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
        boolean running = planId.equals("running");
        List<String> measures = running ? List.of("memory", "disk", "starts") : MEASURES;
        List<MeteringPlan.Metric> metrics = running ? List.of(
                new MeteringPlan.Metric("gigabytes", "GIGABYTE", null, "memory / 1073741824", "time_weighted"),
                new MeteringPlan.Metric("disk", "BYTE", null, null, "time_weighted"),
                new MeteringPlan.Metric("starts", "NUMBER", null, null, null)) : List.of();
        MeteringPlan metering = new MeteringPlan("m1",
                measures.stream().map(name -> new MeteringPlan.Measure(name, "UNIT")).toList(), metrics);
        return new TermsSource.Terms(new Pin("a1", "USA", "USD", "object-storage", "hash-of-" + planId),
                new PlanVersion(planId, metering, new RatingPlan("r1", List.of()), new PricingPlan("p1", List.of())));
    }
}
