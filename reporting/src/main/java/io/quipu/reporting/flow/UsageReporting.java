package io.quipu.reporting.flow;

import io.micrometer.core.instrument.MeterRegistry;
import io.quipu.common.time.Window;
import io.quipu.reporting.report.Depth;
import io.quipu.reporting.report.OrganizationTotals;
import io.quipu.reporting.report.Pooling;
import io.quipu.reporting.report.Pools;
import io.quipu.reporting.report.ReportQuery;
import io.quipu.reporting.report.ReportWindows;
import io.quipu.reporting.report.ScopeAssembly;
import io.quipu.reporting.report.Shares;
import io.quipu.reporting.source.Accumulator;
import io.quipu.reporting.source.Aggregator;
import io.quipu.reporting.source.Aggregator.OrganizationDocuments;
import io.quipu.reporting.source.PlanCache;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;

/**
 * Reports what an organization used: reads its documents, then those of its consumers, and writes what they say.
 *
 * <p><b>The cut.</b> The parent is written after its consumers and read before them. So when no consumer's document is
 * ahead of the parent's document of the same window, both show the same usage, and the report says {@code
 * "settled": true}. Otherwise everything is read again, {@link #MAX_RETRIES} times at most; then the days and months of
 * the organization and its spaces are the sums of the consumers that were read, the hours those of the parent, and the
 * report says {@code "settled": false}. Without consumers a report is made of parents alone and always settled, unless there
 * are levels.
 *
 * <p><b>Levels.</b> A figure of a level takes from several documents, and must take the same changes from each. So where an
 * organization has levels, its days and levels are read after its months, and whether they {@linkplain
 * OrganizationTotals#fit fit together} is seen; if not, everything is read again, as above. A consumer's levels must not be
 * ahead of the organization's. Then each of its documents shows the usage that the parent's shows, so they fit, too, and areas
 * add up exactly. What is shown of an area is its quotient by the unit of time, rounded to 34 digits: where it is not finite,
 * as a second is in hours, the sum of the children's quotients can differ from the parent's in the last of them.
 *
 * <p><b>Pooled levels.</b> What levels cost whose price is not proportional is found at the organization, from its own documents,
 * and {@linkplain Shares shared} among its spaces, and a space's among its consumers; these costs add up to the last digit.
 *
 * <p>Thread-safe.
 */
public final class UsageReporting {

    /** How often everything is read again because a consumer was ahead of its parent. */
    public static final int MAX_RETRIES = 3;

    /** Chunks of consumers of one report that are worked on at a time. */
    public static final int CHUNKS_IN_FLIGHT = 3;

    private final Sources sources;
    private final Spool.Limits limits;
    private final Executor executor;
    private final Clock clock;
    private final ReportMetrics metrics;

    /**
     * Reporting.
     *
     * @param sources where totals and plans come from
     * @param limits of what is put aside, twice per report
     * @param executor works on the consumers of reports, on at most {@link #CHUNKS_IN_FLIGHT} chunks of each at a time; it
     *     may do so in the thread that asks
     * @param clock says which day is today
     * @param meters where reports are counted and timed
     */
    public UsageReporting(Sources sources, Spool.Limits limits, Executor executor, Clock clock,
            MeterRegistry meters) {
        this.sources = sources;
        this.limits = limits;
        this.executor = executor;
        this.clock = clock;
        this.metrics = new ReportMetrics(meters);
    }

    /**
     * Where totals and plans come from.
     *
     * @param aggregator organizations and consumers
     * @param accumulator instances
     * @param plans plan versions
     */
    public record Sources(Aggregator aggregator, Accumulator accumulator, PlanCache plans) {
    }

    /**
     * The report, complete; the caller closes it.
     *
     * @throws io.quipu.common.web.Problem 503 when a neighbour is not available, 422 when the report is too large, 410
     *     {@code expired} when it looks back to what is no longer kept
     */
    public Report report(ReportQuery query) {
        long begun = metrics.now();
        ReportWindows windows = ReportWindows.of(query, clock.millis());
        for (int retries = 0;; retries++) {
            Optional<Report> report = attempt(query, windows, retries == MAX_RETRIES);
            if (report.isPresent()) {
                metrics.made(query.depth(), report.get().length(), begun);
                return report.get();
            }
            metrics.retried();
        }
    }

    /** One reading; empty when the cut is not exact and that is not tolerated. */
    private Optional<Report> attempt(ReportQuery query, ReportWindows windows, boolean tolerant) {
        Report report = new Report(limits);
        boolean whole = false;
        try {
            whole = write(report, query, windows, tolerant);
            return whole ? Optional.of(report) : Optional.empty();
        } finally {
            if (!whole) {
                report.close();
            }
        }
    }

    /** Writes an empty report, and answers whether it is of use. */
    private boolean write(Report report, ReportQuery query, ReportWindows windows, boolean tolerant) {
        OrganizationTotals parent = parent(query, windows);
        boolean fit = parent.fit();
        if (!fit && !tolerant) {
            return false;
        }
        PlansOfReport plans = new PlansOfReport(sources.plans());
        plans.require(parent.planIds());
        ScopeAssembly assembly = new ScopeAssembly(windows, plans::terms, parent.begun(), parent.until());
        Pooling pooling = new Pooling(windows, plans::terms, parent.until());
        Pools pools = pooling.pools(parent);
        ReportWriter writer = new ReportWriter(query, windows, parent, assembly, pools);
        if (!query.depth().shows(Depth.CONSUMER)) {
            settled(fit);
            writer.write(report, fit);
            return true;
        }
        ChildReports children = new ChildReports(new ConsumerReports(query, windows, parent, assembly,
                new ConsumerReports.Pooled(pooling, pools), plans, sources.accumulator(), tolerant), plans, executor, tolerant,
                report.consumers());
        if (!read(query, windows, parent, children)) {
            return false;
        }
        boolean settled = fit && !children.ahead();
        settled(settled);
        writer.write(report, children, settled);
        return true;
    }

    private void settled(boolean settled) {
        if (!settled) {
            metrics.unsettled();
        }
    }

    /** Reads the organization's documents; when it has levels, its months before its days and levels. */
    private OrganizationTotals parent(ReportQuery query, ReportWindows windows) {
        OrganizationDocuments read = sources.aggregator().organization(query.organizationId(), windows.ofOrganization(),
                windows.ofOrganizationWithLevels());
        return new OrganizationTotals(windows, read.documents(), read.levels());
    }

    /** Reads the consumers of all spaces; stops when one of them is ahead and that is not tolerated, and answers false. */
    private boolean read(ReportQuery query, ReportWindows windows, OrganizationTotals parent, ChildReports children) {
        for (String space : parent.spaces()) {
            Aggregator.Lines lines = children.space(space);
            Set<Window> asked = parent.hasLevels() ? windows.ofChildrenWithLevels() : windows.ofChildren();
            sources.aggregator().consumers(query.organizationId(), space, asked, parent.hasLevels(space), lines);
            if (children.abandoned()) {
                return false;
            }
        }
        return true;
    }
}
