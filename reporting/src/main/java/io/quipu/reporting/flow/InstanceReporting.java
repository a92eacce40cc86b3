package io.quipu.reporting.flow;

import io.quipu.common.web.Problem;
import io.quipu.common.wire.Json;
import io.quipu.reporting.flow.UsageReporting.Sources;
import io.quipu.reporting.report.InstanceQuery;
import io.quipu.reporting.report.ReportWindows;
import io.quipu.reporting.report.ResourceInstanceReport;
import io.quipu.reporting.report.ScopeAssembly;
import io.quipu.reporting.source.InstanceDocuments;
import java.io.ByteArrayOutputStream;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.core.JsonGenerator;

/**
 * Reports what one resource instance used: finds it among those of its consumer, and says what its documents say. Thread-safe.
 */
public final class InstanceReporting {

    private final Sources sources;
    private final Clock clock;

    /**
     * Reporting.
     *
     * @param sources where instances and plans come from
     * @param clock says which day is today
     */
    public InstanceReporting(Sources sources, Clock clock) {
        this.sources = sources;
        this.clock = clock;
    }

    /**
     * The report as JSON; empty when there is no such instance, or nothing of it in the windows shown.
     *
     * @throws Problem 503 when a neighbour is not available; 410 {@code expired} when it looks back to what is no longer kept; 422
     *     {@code resource_ambiguous} when no resource is named, and instances of several have that id and plan path
     */
    public Optional<byte[]> report(InstanceQuery query) {
        ReportWindows windows = query.windows(clock.millis());
        PlansOfReport plans = new PlansOfReport(sources.plans());
        ScopeAssembly assembly = new ScopeAssembly(windows, plans::terms, Set.of(), windows.levelsTo());
        Map<String, ResourceInstanceReport> byResource = new TreeMap<>();
        read(query, windows).forEach((resource, told) -> {
            plans.require(told.plans()::iterator);
            assembly.instance(told.documents(), told.levels()).ifPresent(instance -> byResource.put(resource,
                    ResourceInstanceReport.of(query, resource, windows, told.documents(), instance)));
        });
        if (byResource.size() > 1) {
            throw Problem.of(422, "resource_ambiguous", "Instances of several resources have that id and plan: "
                    + String.join(", ", byResource.keySet()) + "; name one with resource_id.");
        }
        return byResource.values().stream().findFirst().map(InstanceReporting::json);
    }

    /** What is told of the instance, by resource. */
    private Map<String, InstanceDocuments> read(InstanceQuery query, ReportWindows windows) {
        Map<String, InstanceDocuments> found = new TreeMap<>();
        sources.accumulator().instances(query.organizationId(), query.spaceId(), List.of(query.consumerId()),
                windows.ofChildrenWithLevels(), instance -> instance.shown().filter(shown -> asked(query, shown))
                        .ifPresent(shown -> found.putIfAbsent(shown.resourceId(), shown)));
        return found;
    }

    private static boolean asked(InstanceQuery query, InstanceDocuments instance) {
        return instance.resourceInstanceId().equals(query.resourceInstanceId()) && instance.path().equals(query.path())
                && (query.resourceId() == null || query.resourceId().equals(instance.resourceId()));
    }

    private static byte[] json(ResourceInstanceReport report) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = Json.shared().createGenerator(bytes)) {
            ReportJson.resourceInstance(json, report);
        }
        return bytes.toByteArray();
    }
}
