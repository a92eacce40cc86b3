package io.quipu.collector.web;

import io.quipu.collector.drive.PlanVersions;
import io.quipu.collector.intake.Locations;
import io.quipu.collector.log.OrganizationLog;
import io.quipu.common.plan.PlanVersion;
import io.quipu.common.time.Window;
import io.quipu.common.usage.Event;
import io.quipu.common.usage.MeasuredQuantity;
import io.quipu.common.usage.Origin;
import io.quipu.common.usage.Pin;
import io.quipu.common.usage.Position;
import io.quipu.common.usage.Rejection;
import io.quipu.common.web.NdjsonStream;
import io.quipu.common.web.Violations;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The usage log as an audit reads it: what an organization's usage of a month was, in order, as it was accepted. */
@RestController
public class UsageLogController {

    /** The path under which the log is read. */
    static final String LOG = "/v1/metering/collected/usage/log";

    private final OrganizationLog log;
    private final PlanVersions plans;

    UsageLogController(OrganizationLog log, PlanVersions plans) {
        this.log = log;
        this.plans = plans;
    }

    /** The partition of an organization and how far it is processed. */
    @GetMapping(LOG + "/progress")
    OrganizationLog.Progress progress(@RequestParam("organization_id") String organizationId) {
        return log.progress(organizationId);
    }

    /**
     * A page of an organization's usage that ended in a month, one a line: before a usage the plan version that it is pinned
     * to, unless the page had it already; at the end where the page has come to, and the line that says that it is whole.
     */
    @GetMapping(LOG)
    void read(@RequestParam("organization_id") String organizationId, @RequestParam("month") String month,
            @RequestParam(name = "from", required = false) String from,
            @RequestParam(name = "through", required = false) String through,
            HttpServletResponse response) throws IOException {
        OrganizationLog.Query query = query(organizationId, month, from, through);
        int partition = log.progress(organizationId).partition();
        NdjsonStream.write(response, stream -> {
            Set<String> sent = new HashSet<>();
            OrganizationLog.Page page = log.read(query, entry -> {
                String plan = entry.usage().pin().plan();
                if (sent.add(plan)) {
                    stream.accept(new Line(new PlanLine(plan, plans.find(plan).orElseThrow(
                            () -> new IllegalStateException("plan version " + plan + " is not in the catalog"))), null,
                            null));
                }
                stream.accept(new Line(null, UsageLine.of(entry, partition), null));
            });
            stream.accept(new Line(null, null, page));
        });
    }

    private static OrganizationLog.Query query(String organizationId, String month, String from, String through) {
        Violations violations = new Violations();
        Window window = null;
        try {
            window = Window.parse(month);
        } catch (IllegalArgumentException e) {
            violations.add("month", "format", e.getMessage());
        }
        if (window != null && window.unit() != Window.Unit.MONTH) {
            violations.add("month", "format", "not a month: " + month);
        }
        Long first = from == null ? null
                : number(violations, "from", from, 0, Position.MAX_SEGMENT, "the number of a segment");
        long last = through == null ? Position.NONE : number(violations, "through", through, Position.NONE,
                Position.of(Position.MAX_SEGMENT, Position.MAX_INDEX), "a position");
        violations.orThrow("The log cannot be read like this.");
        return new OrganizationLog.Query(organizationId, window, first, last);
    }

    /** The number, or {@code min} when it is none. */
    private static long number(Violations violations, String name, String text, long min, long max, String what) {
        try {
            long number = Long.parseLong(text);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        violations.add(name, "range", name + " is " + what + ", an integer from " + min + " to " + max);
        return min;
    }

    /**
     * One line: exactly one of its members is there.
     *
     * @param plan a plan version
     * @param usage a usage
     * @param page where the page has come to
     */
    record Line(PlanLine plan, UsageLine usage, OrganizationLog.Page page) {
    }

    /**
     * A plan version.
     *
     * @param id its id, which usages are pinned to
     * @param version its definitions
     */
    record PlanLine(String id, PlanVersion version) {
    }

    /**
     * A usage as the log keeps it, and what is known of it.
     *
     * @param position its position
     * @param acceptedAt the log time at which it was accepted
     * @param location where it is found
     * @param origin who used what, when
     * @param pin account, prices and plans
     * @param measuredUsage the measured values
     * @param dedupId the provider's id, or null
     * @param region the provider's region, or null
     * @param event what happened, when it is an event; null when it is a usage
     * @param rejection why it counts nowhere, or null
     */
    record UsageLine(long position, long acceptedAt, String location, Origin origin, Pin pin,
            List<MeasuredQuantity> measuredUsage, String dedupId, String region, Event event,
            Rejection rejection) {

        static UsageLine of(OrganizationLog.Entry entry, int partition) {
            return new UsageLine(entry.position(), entry.acceptedAt(),
                    Locations.of(entry.usage().origin(), partition, entry.position()), entry.usage().origin(),
                    entry.usage().pin(), entry.usage().measuredUsage(), entry.usage().dedupId(),
                    entry.usage().region(), entry.usage().event(), entry.rejection());
        }
    }
}
