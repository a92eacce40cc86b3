package io.quipu.reporting.web;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadFullException;
import io.quipu.common.usage.PlanPath;
import io.quipu.common.web.Problem;
import io.quipu.common.web.Violations;
import io.quipu.reporting.flow.InstanceReporting;
import io.quipu.reporting.report.InstanceQuery;
import io.quipu.reporting.report.ReportQuery;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Answers reports about single resource instances, under Abacus's path. */
@RestController
public class InstanceController {

    private static final Duration OVERLOADED_RETRY = Duration.ofSeconds(1);
    private static final byte[] NOT_FOUND = "{}".getBytes(StandardCharsets.UTF_8);
    private static final String PATH = "/v1/metering/organizations/{organization_id}/spaces/{space_id}"
            + "/resource_id/{resource_id}/resource_instances/{resource_instance_id}/consumers/{consumer_id}/plans/{plan_id}"
            + "/metering_plans/{metering_plan_id}/rating_plans/{rating_plan_id}/pricing_plans/{pricing_plan_id}"
            + "/t/{t}/aggregated/usage";

    private final InstanceReporting reporting;
    private final Bulkhead bulkhead;
    private final Clock clock;

    /**
     * The reports about instances.
     *
     * @param reporting makes them
     * @param bulkhead how many of these and other reports at a time: they take of the same connections
     * @param clock says when now is
     */
    public InstanceController(InstanceReporting reporting, Bulkhead bulkhead, Clock clock) {
        this.reporting = reporting;
        this.bulkhead = bulkhead;
        this.clock = clock;
    }

    /**
     * The report of a resource instance as of a time, by default now; {@code {}} when there is none. {@code t}, which a consumer's
     * {@code resource_instances} say, chooses among documents in Abacus. Here it must be a time, and chooses nothing: what counts is
     * the time of the report.
     */
    @GetMapping({PATH, PATH + "/{time}"})
    public ResponseEntity<byte[]> report(@PathVariable Map<String, String> path,
            @RequestParam(name = "days", required = false) String days,
            @RequestParam(name = "months", required = false) String months) {
        InstanceQuery query = query(path, days, months);
        try {
            return bulkhead.executeSupplier(() -> ResponseEntity.ok().cacheControl(CacheControl.noStore())
                    .contentType(MediaType.APPLICATION_JSON).body(reporting.report(query).orElse(NOT_FOUND)));
        } catch (BulkheadFullException e) {
            throw Problem.unavailable("overloaded", "As many reports as may be are being made; try again.",
                    OVERLOADED_RETRY);
        }
    }

    private InstanceQuery query(Map<String, String> path, String days, String months) {
        Violations violations = new Violations();
        Numbers.time(violations, "t", path.get("t"), 0);
        long time = Numbers.time(violations, "time", path.get("time"), clock.millis());
        int daySlots = Numbers.slots(violations, "days", days, 1, ReportQuery.MAX_DAYS, ReportQuery.DEFAULT_DAYS);
        int monthSlots = Numbers.slots(violations, "months", months, 1, ReportQuery.MAX_MONTHS, ReportQuery.DEFAULT_MONTHS);
        violations.orThrow("The report cannot be asked for like this.");
        return new InstanceQuery(path.get("organization_id"), path.get("space_id"), path.get("consumer_id"),
                path.get("resource_id"), path.get("resource_instance_id"),
                new PlanPath(path.get("plan_id"), path.get("metering_plan_id"), path.get("rating_plan_id"),
                        path.get("pricing_plan_id")), time, daySlots, monthSlots);
    }
}
