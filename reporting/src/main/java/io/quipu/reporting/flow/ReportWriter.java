package io.quipu.reporting.flow;

import io.quipu.common.totals.OrganizationWindow;
import io.quipu.common.wire.Json;
import io.quipu.reporting.report.Depth;
import io.quipu.reporting.report.OrganizationTotals;
import io.quipu.reporting.report.Pools;
import io.quipu.reporting.report.ReportQuery;
import io.quipu.reporting.report.ReportWindows;
import io.quipu.reporting.report.ResourceReport;
import io.quipu.reporting.report.ScopeAssembly;
import io.quipu.reporting.report.ScopeTotals;
import java.io.BufferedOutputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/** Writes one report as JSON. Not thread-safe. */
final class ReportWriter {

    private final ReportQuery query;
    private final ReportWindows windows;
    private final OrganizationTotals parent;
    private final ScopeAssembly assembly;
    private final Pools pools;
    private long appended;

    ReportWriter(ReportQuery query, ReportWindows windows, OrganizationTotals parent, ScopeAssembly assembly, Pools pools) {
        this.pools = pools;
        this.query = query;
        this.windows = windows;
        this.parent = parent;
        this.assembly = assembly;
    }

    /** Writes all of it into an empty report, without consumers: totals are those of the parents, settled or not. */
    void write(Report report, boolean settled) {
        write(report, null, settled);
    }

    /**
     * Writes all of it into a report that has put nothing but its consumers aside, whose sums are the totals of everything
     * above when the cut is not settled.
     */
    void write(Report report, ChildReports children, boolean settled) {
        OutputStream target = new BufferedOutputStream(report.frame().output());
        try (JsonGenerator json = Json.shared().createGenerator(target)) {
            json.writeStartObject();
            header(json, settled);
            ScopeTotals hourly = parent.organization();
            List<ResourceReport> shown = query.shown(assembly.resources(
                    settled || children == null ? hourly : children.totals(), hourly, pools.organization()));
            ReportJson.windows(json, assembly.chargesOfOrganization(shown));
            ReportJson.resources(json, shown);
            json.writeArrayPropertyStart("spaces");
            if (query.depth().shows(Depth.SPACE)) {
                for (String space : parent.spaces()) {
                    List<ResourceReport> ofSpace = assembly.resources(
                            settled || children == null ? parent.space(space) : children.totals(space),
                            pools.space(space));
                    if (!ofSpace.isEmpty()) {
                        space(json, space, query.shown(ofSpace));
                        if (children != null) {
                            json.writeArrayPropertyStart("consumers");
                            // what was put aside is complete JSON: it goes past the generator, at the place where it stands
                            json.flush();
                            append(report);
                            children.append(space, report);
                            json.writeEndArray();
                        }
                        json.writeEndObject();
                    }
                }
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        append(report);
    }

    /** What was written since the last time. */
    private void append(Report report) {
        Spool frame = report.frame();
        report.append(frame, new Spool.Range(appended, frame.length() - appended));
        appended = frame.length();
    }

    private void header(JsonGenerator json, boolean settled) {
        Optional<OrganizationWindow> last = parent.last();
        json.writeStringProperty("id", String.format(Locale.ROOT, "k/%s/t/%016d", query.organizationId(), query.time()));
        json.writeStringProperty("organization_id", query.organizationId());
        last.ifPresent(document -> json.writeStringProperty("account_id", document.accountId()));
        // Where there were only changes of levels it has no usage.
        Optional<OrganizationWindow> used = last.filter(document -> document.end() > 0);
        json.writeNumberProperty("start", used.map(OrganizationWindow::start).orElse(windows.month().from()));
        json.writeNumberProperty("end", used.map(OrganizationWindow::end).orElse(query.time()));
        last.ifPresent(document -> {
            json.writeNumberProperty("processed", document.processed());
            json.writeStringProperty("processed_id", String.format(Locale.ROOT, "%016d", document.processed()));
            json.writeStringProperty("currency", document.currency());
        });
        json.writeBooleanProperty("settled", settled);
        json.writeNumberProperty("evaluated_to", windows.evaluatedTo());
    }

    private void space(JsonGenerator json, String spaceId, List<ResourceReport> resources) {
        json.writeStartObject();
        json.writeStringProperty("space_id", spaceId);
        ReportJson.windows(json, assembly.charges(resources));
        ReportJson.resources(json, resources);
    }
}
