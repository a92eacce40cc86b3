package io.quipu.reporting.web;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadFullException;
import io.quipu.common.running.RunningQuery;
import io.quipu.common.web.Problem;
import io.quipu.common.web.Violations;
import io.quipu.common.wire.Json;
import io.quipu.reporting.source.RunningInstances;
import java.time.Duration;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Answers what runs in an organization, page by page. */
@RestController
public class RunningController {

    private static final Duration OVERLOADED_RETRY = Duration.ofSeconds(1);

    private final RunningInstances running;
    private final Bulkhead bulkhead;

    /**
     * What runs.
     *
     * @param running knows it
     * @param bulkhead how many pages and reports at a time: both take of the same connections
     */
    public RunningController(RunningInstances running, Bulkhead bulkhead) {
        this.running = running;
        this.bulkhead = bulkhead;
    }

    /** What runs in an organization now, of all resources or of one; empty for an organization that is not known. */
    @GetMapping(path = "/v1/metering/organizations/{organization_id}/running", produces = MediaType.APPLICATION_JSON_VALUE)
    public ResponseEntity<byte[]> running(@PathVariable("organization_id") String organizationId,
            @RequestParam(name = "resource_id", required = false) String resourceId,
            @RequestParam(name = "page", required = false) String page) {
        Violations violations = new Violations();
        notEmpty(violations, "resource_id", resourceId);
        notEmpty(violations, "page", page);
        violations.orThrow("What runs cannot be asked for like this.");
        RunningQuery query = new RunningQuery(organizationId, resourceId, page);
        try {
            return bulkhead.executeSupplier(() -> ResponseEntity.ok().cacheControl(CacheControl.noStore())
                    .contentType(MediaType.APPLICATION_JSON)
                    .body(Json.write(RunningAnswer.of(query, running.page(query)))));
        } catch (BulkheadFullException e) {
            throw Problem.unavailable("overloaded", "As many reports and pages as may be are being made; try again.",
                    OVERLOADED_RETRY);
        }
    }

    private static void notEmpty(Violations violations, String name, String text) {
        if (text != null && text.isEmpty()) {
            violations.add(name, "empty", name + " is left out or not empty");
        }
    }
}
