package io.quipu.collector.web;

import io.quipu.collector.catalog.Catalog;
import io.quipu.collector.catalog.PlanKind;
import io.quipu.collector.catalog.Plans;
import io.quipu.common.usage.Keys;
import io.quipu.common.web.Problem;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
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

    /** Stores a new plan: 201, or 409 {@code plan_exists}. */
    @PostMapping(path = "/v1/" + KIND + "/plans", consumes = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<Void> create(@PathVariable("kind") String kind, HttpServletRequest request) {
        String planId = plans.create(PlanKind.named(kind), JsonBodies.read(request));
        return ResponseEntity.created(URI.create("/v1/" + kind + "/plans/" + Keys.encode(planId))).build();
    }

    /** Replaces a plan; usage that was accepted before keeps the version it was accepted under. */
    @PutMapping(path = "/v1/" + KIND + "/plan/{plan_id}", consumes = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<Void> replace(@PathVariable("kind") String kind, @PathVariable("plan_id") String planId,
            HttpServletRequest request) {
        plans.replace(PlanKind.named(kind), planId, JsonBodies.read(request));
        return ResponseEntity.ok().build();
    }

    /** The plan as it was posted last. */
    @GetMapping("/v1/" + KIND + "/plans/{plan_id}")
    JsonNode find(@PathVariable("kind") String kind, @PathVariable("plan_id") String planId) {
        return plans.find(PlanKind.named(kind), planId).orElseThrow(() -> Problem.of(404, "plan_not_found",
                "There is no " + kind + " plan " + planId).with("message", "Plan not found"));
    }
}
