package io.quipu.reporting.web;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadFullException;
import io.micrometer.core.instrument.MeterRegistry;
import io.quipu.common.time.Window;
import io.quipu.common.web.Problem;
import io.quipu.common.web.Violations;
import io.quipu.common.wire.Json;
import io.quipu.reporting.audit.UsageAudit;
import java.time.Duration;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** Answers audits: whether an organization's month is what its usage log adds up to. */
@RestController
public class AuditController {

    private static final Duration OVERLOADED_RETRY = Duration.ofSeconds(10);

    private final UsageAudit audit;
    private final Bulkhead bulkhead;
    private final AuditMetrics metrics;

    /**
     * The audits.
     *
     * @param audit makes them
     * @param bulkhead how many at a time
     * @param meters where they are timed
     */
    public AuditController(UsageAudit audit, @Qualifier("auditBulkhead") Bulkhead bulkhead, MeterRegistry meters) {
        this.audit = audit;
        this.bulkhead = bulkhead;
        this.metrics = new AuditMetrics(meters);
    }

    /** The audit of an organization's month: 200 whether or not something differs; the verdict says. */
    @GetMapping(path = "/v1/metering/organizations/{organization_id}/audit/{month}",
            produces = MediaType.APPLICATION_JSON_VALUE)
    public ResponseEntity<byte[]> audit(@PathVariable("organization_id") String organizationId,
            @PathVariable("month") String month) {
        Window window = month(month);
        try {
            return bulkhead.executeSupplier(() -> ResponseEntity.ok().cacheControl(CacheControl.noStore())
                    .contentType(MediaType.APPLICATION_JSON)
                    .body(Json.write(metrics.record(() -> audit.audit(organizationId, window)))));
        } catch (BulkheadFullException e) {
            throw Problem.unavailable("overloaded", "As many audits as may be are being made; try again.",
                    OVERLOADED_RETRY);
        }
    }

    private static Window month(String text) {
        Violations violations = new Violations();
        Window window = null;
        try {
            window = Window.parse(text);
        } catch (IllegalArgumentException e) {
            violations.add("month", "format", "month is not a month such as 2026-11: " + text);
        }
        if (window != null && window.unit() != Window.Unit.MONTH) {
            violations.add("month", "format", "month is not a month such as 2026-11: " + text);
        }
        violations.orThrow("The audit cannot be asked for like this.");
        return window;
    }
}
