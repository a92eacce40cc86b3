package io.quipu.reporting.web;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadFullException;
import io.quipu.common.web.Problem;
import io.quipu.reporting.flow.Report;
import io.quipu.reporting.flow.UsageReporting;
import io.quipu.reporting.report.ReportQuery;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Answers usage reports. */
@RestController
public class ReportController {

    private static final Logger LOG = LoggerFactory.getLogger(ReportController.class);
    private static final Duration OVERLOADED_RETRY = Duration.ofSeconds(1);

    private final UsageReporting reporting;
    private final Bulkhead bulkhead;
    private final Clock clock;

    /**
     * The reports.
     *
     * @param reporting makes them
     * @param bulkhead how many at a time
     * @param clock says when now is
     */
    public ReportController(UsageReporting reporting, Bulkhead bulkhead, Clock clock) {
        this.reporting = reporting;
        this.bulkhead = bulkhead;
        this.clock = clock;
    }

    /** The report of an organization as of a time, by default now; of all resources or of one. */
    @GetMapping({"/v1/metering/organizations/{organization_id}/aggregated/usage",
        "/v1/metering/organizations/{organization_id}/aggregated/usage/{time}"})
    public void report(@PathVariable("organization_id") String organizationId,
            @PathVariable(name = "time", required = false) String time,
            @RequestParam(name = "hours", required = false) String hours,
            @RequestParam(name = "days", required = false) String days,
            @RequestParam(name = "months", required = false) String months,
            @RequestParam(name = "depth", required = false) String depth,
            @RequestParam(name = "resource_id", required = false) String resourceId,
            HttpServletResponse response) {
        ReportQuery query = new ReportParameters(time, hours, days, months, depth, resourceId)
                .query(organizationId, clock.millis());
        try {
            // held until the report is sent: what is put aside for it counts, too
            bulkhead.executeRunnable(() -> answer(query, response));
        } catch (BulkheadFullException e) {
            throw Problem.unavailable("overloaded", "As many reports as may be are being made; try again.",
                    OVERLOADED_RETRY);
        }
    }

    /** The length is sent ahead, so that a caller can tell a report that broke off from a whole one. */
    private void answer(ReportQuery query, HttpServletResponse response) {
        try (Report report = reporting.report(query)) {
            response.setStatus(HttpStatus.OK.value());
            response.setContentType(MediaType.APPLICATION_JSON_VALUE);
            response.setHeader(HttpHeaders.CACHE_CONTROL, CacheControl.noStore().getHeaderValue());
            response.setContentLengthLong(report.length());
            report.copyTo(response.getOutputStream());
        } catch (IOException e) {
            LOG.debug("the caller went away before its report was sent", e);
        }
    }
}
