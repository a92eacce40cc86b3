package io.quipu.reporting.flow;

import io.quipu.common.totals.OrganizationWindow;
import io.quipu.common.wire.Json;
import io.quipu.reporting.report.Depth;
import io.quipu.reporting.report.OrganizationTotals;
import io.quipu.reporting.report.ReportQuery;
import io.quipu.reporting.report.ReportWindows;
import io.quipu.reporting.report.ResourceReport;
import io.quipu.reporting.report.ScopeAssembly;
import io.quipu.reporting.report.ScopeTotals;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/** Writes a report as JSON. Not thread-safe. */
final class ReportWriter {

    private final ReportQuery query;
    private final ReportWindows windows;
    private final OrganizationTotals parent;
    private final ScopeAssembly assembly;

    ReportWriter(ReportQuery query, ReportWindows windows, OrganizationTotals parent, ScopeAssembly assembly) {
        this.query = query;
        this.windows = windows;
        this.parent = parent;
        this.assembly = assembly;
    }

    /** The report without consumers. */
    Spool write(Spool.Limits limits) {
        return write(limits, null, true);
    }

    /** The report with its consumers, whose sums are the totals of everything above when the cut is not settled. */
    Spool write(Spool.Limits limits, ChildReports children, boolean settled) {
        Spool report = new Spool(limits);
        try {
            BufferedOutputStream target = new BufferedOutputStream(report.output());
            try (JsonGenerator json = Json.shared().createGenerator(target)) {
                json.writeStartObject();
                header(json, settled);
                ScopeTotals totals = settled ? parent.organization() : children.organization();
                List<ResourceReport> resources = assembly.resources(totals, parent.organization());
                json.writePOJOProperty("windows", resources.isEmpty() ? assembly.unused() : assembly.charges(resources));
                json.writePOJOProperty("resources", resources);
                json.writeArrayPropertyStart("spaces");
                if (query.depth().shows(Depth.SPACE)) {
                    for (String space : parent.spaces()) {
                        space(json, target, space, settled ? parent.space(space) : children.space(space), children);
                    }
                }
                json.writeEndArray();
                json.writeEndObject();
            }
            return report;
        } catch (IOException e) {
            report.close();
            throw new UncheckedIOException("cannot write a report", e);
        } catch (RuntimeException e) {
            report.close();
            throw e;
        }
    }

    private void header(JsonGenerator json, boolean settled) {
        Optional<OrganizationWindow> last = parent.last();
        json.writeStringProperty("id", String.format(Locale.ROOT, "k/%s/t/%016d", query.organizationId(), query.time()));
        json.writeStringProperty("organization_id", query.organizationId());
        last.ifPresent(document -> json.writeStringProperty("account_id", document.accountId()));
        json.writeNumberProperty("start", last.map(OrganizationWindow::start).orElse(windows.month().from()));
        json.writeNumberProperty("end", last.map(OrganizationWindow::end).orElse(query.time()));
        last.ifPresent(document -> {
            json.writeNumberProperty("processed", document.processed());
            json.writeStringProperty("currency", document.currency());
        });
        json.writeBooleanProperty("settled", settled);
        json.writeNumberProperty("evaluated_to", windows.evaluatedTo());
    }

    private void space(JsonGenerator json, OutputStream target, String spaceId, ScopeTotals totals,
            ChildReports children) throws IOException {
        List<ResourceReport> resources = assembly.resources(totals);
        if (resources.isEmpty()) {
            return;
        }
        json.writeStartObject();
        json.writeStringProperty("space_id", spaceId);
        json.writePOJOProperty("windows", assembly.charges(resources));
        json.writePOJOProperty("resources", resources);
        if (children != null) {
            json.writeArrayPropertyStart("consumers");
            // what was put aside is complete JSON: it goes past the generator, at the place where it stands
            json.flush();
            children.copy(spaceId, target);
            json.writeEndArray();
        }
        json.writeEndObject();
    }
}
