package io.quipu.collector.web;

import io.quipu.collector.catalog.Catalog;
import io.quipu.collector.catalog.PlanKind;
import io.quipu.collector.catalog.Plans;
import io.quipu.common.usage.Keys;
import io.quipu.common.web.Problem;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.List;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** Metering, rating and pricing plans, under Abacus's paths. */
@RestController
public class PlanController {

    private static final String KIND = "{kind:metering|rating|pricing}";

    private final Plans plans;

    PlanController(Catalog catalog) {
        this.plans = catalog.plans();
    }

    /**
     * What is answered for a plan that was stored.
     *
     * @param metrics what its metrics run, in its order
     */
    record Answer(List<Plans.Execution> metrics) {
    }

    /** Stores a new plan: 201 with what its metrics run, or 409 {@code plan_exists}. */
    @PostMapping(path = "/v1/" + KIND + "/plans", consumes = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<Answer> create(@PathVariable("kind") String kind, HttpServletRequest request) {
        String planId = plans.create(PlanKind.named(kind), JsonBodies.read(request));
        return ResponseEntity.created(URI.create("/v1/" + kind + "/plans/" + Keys.encode(planId)))
                .body(answer(PlanKind.named(kind), planId));
    }

    /**
     * Replaces a plan, and answers what its metrics run; usage that was accepted before keeps the version it was accepted under.
     */
    @PutMapping(path = "/v1/" + KIND + "/plan/{plan_id}", consumes = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<Answer> replace(@PathVariable("kind") String kind, @PathVariable("plan_id") String planId,
            HttpServletRequest request) {
        plans.replace(PlanKind.named(kind), planId, JsonBodies.read(request));
        return ResponseEntity.ok(answer(PlanKind.named(kind), planId));
    }

    /** Nothing for a pricing plan, which has no functions. */
    private Answer answer(PlanKind kind, String planId) {
        return kind == PlanKind.PRICING ? null : new Answer(plans.executions(kind, planId));
    }

    /** The plan as it was posted last. */
    @GetMapping("/v1/" + KIND + "/plans/{plan_id}")
    JsonNode find(@PathVariable("kind") String kind, @PathVariable("plan_id") String planId) {
        return plans.find(PlanKind.named(kind), planId).orElseThrow(() -> Problem.of(404, "plan_not_found",
                "There is no " + kind + " plan " + planId).with("message", "Plan not found"));
    }
}
