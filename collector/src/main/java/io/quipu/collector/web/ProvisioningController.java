package io.quipu.collector.web;

import io.quipu.collector.catalog.Catalog;
import io.quipu.collector.catalog.PlanKind;
import io.quipu.collector.catalog.Provisioning;
import io.quipu.common.web.Problem;
import io.quipu.common.wire.Json;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RestController;

/** Resource types and the mappings from a resource type's plans to plans of the catalog, under Abacus's paths. */
@RestController
public class ProvisioningController {

    private static final String MAPPING =
            "/v1/provisioning/mappings/{kind:metering|rating|pricing}/resources/{resource_type}/plans/{plan_name}";
    private static final String TYPE = "/v1/provisioning/resources/{resource_id}/type";

    private final Provisioning provisioning;

    ProvisioningController(Catalog catalog) {
        this.provisioning = catalog.provisioning();
    }

    /** Maps a resource type's plan, once: 200, or 409 {@code mapping_exists}. */
    @PostMapping(MAPPING + "/{plan_id}")
    ResponseEntity<Void> map(@PathVariable("kind") String kind, @PathVariable("resource_type") String resourceType,
            @PathVariable("plan_name") String planName, @PathVariable("plan_id") String planId) {
        provisioning.map(PlanKind.named(kind), resourceType, planName, planId);
        return ResponseEntity.ok().build();
    }

    /** Maps a resource's plan to plans of all kinds, as in Abacus's sampler: 201, or 409 when all of them are mapped. */
    @PostMapping(path = "/v1/mappings", consumes = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<Provisioning.Mapped> mapAll(HttpServletRequest request) {
        return ResponseEntity.status(201).body(provisioning.mapAll(JsonBodies.read(request)));
    }

    /** What a resource type's plan is mapped to. */
    @GetMapping(MAPPING)
    Map<String, String> mapping(@PathVariable("kind") String kind, @PathVariable("resource_type") String resourceType,
            @PathVariable("plan_name") String planName) {
        return Map.of("plan_id", provisioning.planId(PlanKind.named(kind), resourceType, planName)
                .orElseThrow(() -> Problem.of(404, "mapping_not_found", "The " + kind + " plan of " + resourceType + " "
                        + planName + " is not mapped").with("error", "Mapping not found.")));
    }

    /** The type of a resource, a JSON string: its own id unless set. */
    @GetMapping(path = TYPE, produces = MediaType.APPLICATION_JSON_VALUE)
    byte[] type(@PathVariable("resource_id") String resourceId) {
        return Json.write(provisioning.type(resourceId));
    }

    /** Sets the type of a resource. */
    @PutMapping(path = TYPE, consumes = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<Void> setType(@PathVariable("resource_id") String resourceId, HttpServletRequest request) {
        provisioning.setType(resourceId, JsonBodies.read(request));
        return ResponseEntity.ok().build();
    }

    /** Whether usage of a resource's plan can be metered: 200, or 404. */
    @GetMapping("/v1/provisioning/organizations/{organization_id}/spaces/{space_id}/consumers/{consumer_id}"
            + "/resources/{resource_id}/plans/{plan_id}/instances/{resource_instance_id}/{time}")
    ResponseEntity<Void> validate(@PathVariable("organization_id") String organizationId,
            @PathVariable("resource_id") String resourceId, @PathVariable("plan_id") String planId,
            @PathVariable("time") String time) {
        Times.check(time);
        provisioning.validate(organizationId, resourceId, planId);
        return ResponseEntity.ok().build();
    }
}
