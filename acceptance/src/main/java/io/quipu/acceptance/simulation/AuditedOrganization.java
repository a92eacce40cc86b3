package io.quipu.acceptance.simulation;

import io.quipu.collector.log.OrganizationLog;
import io.quipu.common.plan.PlanVersion;
import io.quipu.common.time.Window;
import io.quipu.common.web.Problem;
import io.quipu.reporting.audit.AuditLimits;
import io.quipu.reporting.audit.AuditReport;
import io.quipu.reporting.audit.UsageAudit;
import io.quipu.reporting.source.Accumulator;
import io.quipu.reporting.source.Aggregator;
import io.quipu.reporting.source.Collector;
import java.util.function.Consumer;
import java.util.function.Function;

/** The audit as in production, on the disks of the simulation instead of HTTP. */
final class AuditedOrganization {

    private static final int NO_LIMIT = 10_000_000;
    private static final int GONE = 410;

    private final UsageAudit audit;

    /**
     * The audit of what is on disk.
     *
     * @param log the log
     * @param plans the plan versions that usage is pinned to, by id
     */
    AuditedOrganization(OrganizationLog log, Function<String, PlanVersion> plans, Aggregator aggregator,
            Accumulator accumulator) {
        this.audit = new UsageAudit(new OnDisk(log, plans), aggregator, accumulator, new AuditLimits(NO_LIMIT, NO_LIMIT));
    }

    /**
     * Audits the months of a time and of all until another, and tells each difference; answers how many, those left out whose
     * log is trimmed.
     */
    int read(String organizationId, long since, long until, Consumer<String> differences) {
        int audited = 0;
        for (Window month = Window.month(since); month.from() <= until; month = month.next()) {
            try {
                AuditReport report = audit.audit(organizationId, month);
                audited++;
                report.differences().forEach(difference -> differences.accept("the audit of " + organizationId + ": "
                        + difference));
            } catch (Problem e) {
                if (e.status() != GONE) {
                    throw e;
                }
            }
        }
        return audited;
    }

    private record OnDisk(OrganizationLog log, Function<String, PlanVersion> plans) implements Collector {

        @Override
        public Progress progress(String organizationId) {
            OrganizationLog.Progress progress = log.progress(organizationId);
            return new Progress(progress.partition(), progress.cursor());
        }

        @Override
        public Page read(Query query, Reader reader) {
            OrganizationLog.Page page = log.read(new OrganizationLog.Query(query.organizationId(), query.month(),
                    query.from(), query.through()), entry -> {
                String plan = entry.usage().pin().plan();
                reader.plan(plan, plans.apply(plan));
                reader.usage(new LoggedUsage(entry.position(), entry.acceptedAt(), null, entry.usage().origin(),
                        entry.usage().pin(), entry.usage().measuredUsage(), entry.usage().dedupId(),
                        entry.usage().region(), entry.rejection(), entry.usage().event()));
            });
            return new Page(page.complete(), page.next());
        }
    }
}
