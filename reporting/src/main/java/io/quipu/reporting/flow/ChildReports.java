package io.quipu.reporting.flow;

import io.quipu.common.time.Window;
import io.quipu.common.totals.ConsumerWindow;
import io.quipu.common.totals.InstanceWindow;
import io.quipu.common.totals.PlanTotals;
import io.quipu.common.wire.Json;
import io.quipu.reporting.report.ConsumerReport;
import io.quipu.reporting.report.Depth;
import io.quipu.reporting.report.InstanceReport;
import io.quipu.reporting.report.ReportQuery;
import io.quipu.reporting.report.ReportWindows;
import io.quipu.reporting.report.ResourceReport;
import io.quipu.reporting.report.ScopeAssembly;
import io.quipu.reporting.report.ScopeTotals;
import io.quipu.reporting.report.TotalsSum;
import io.quipu.reporting.source.Accumulator;
import io.quipu.reporting.source.Aggregator.ConsumerDocuments;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The consumers of a report, written and put aside space by space, and their sums: a chunk of consumers is in memory at a
 * time. Not thread-safe.
 */
final class ChildReports implements AutoCloseable {

    private final ReportQuery query;
    private final ReportWindows windows;
    private final ScopeAssembly assembly;
    private final PlansOfReport plans;
    private final Accumulator accumulator;
    private final Spool written;
    private final Map<String, Spool.Range> ofSpace = new HashMap<>();
    private final Map<String, Map<Window, TotalsSum>> sums = new TreeMap<>();

    ChildReports(ReportQuery query, ReportWindows windows, ScopeAssembly assembly, PlansOfReport plans,
            Accumulator accumulator, Spool.Limits limits) {
        this.query = query;
        this.windows = windows;
        this.assembly = assembly;
        this.plans = plans;
        this.accumulator = accumulator;
        this.written = new Spool(limits);
    }

    /** Writes the consumers of a space. */
    void write(String spaceId, SpaceChildren children) {
        long from = written.length();
        children.inChunks(Accumulator.MAX_CONSUMERS, chunk -> {
            plans.require(chunk.stream().flatMap(consumer -> consumer.documents().stream())
                    .flatMap(document -> document.plans().stream()).map(PlanTotals::plan).toList());
            Map<String, Map<List<String>, Map<String, InstanceReport>>> instances = query.depth().shows(Depth.INSTANCE)
                    ? instances(spaceId, chunk) : Map.of();
            for (ConsumerDocuments consumer : chunk) {
                add(spaceId, consumer);
                List<ResourceReport> resources = assembly.resources(ScopeTotals.ofConsumer(consumer.documents()));
                if (query.depth().shows(Depth.INSTANCE)) {
                    var ofConsumer = instances.getOrDefault(consumer.consumerId(), Map.of());
                    resources = resources.stream().map(r -> r.with((resource, plan) -> List.copyOf(
                            ofConsumer.getOrDefault(List.of(resource, plan), Map.of()).values()))).toList();
                }
                if (!resources.isEmpty()) {
                    if (written.length() > from) {
                        written.write(new byte[] {','});
                    }
                    written.write(Json.write(new ConsumerReport(consumer.consumerId(), assembly.charges(resources),
                            resources)));
                }
            }
        });
        ofSpace.put(spaceId, new Spool.Range(from, written.length() - from));
    }

    private void add(String spaceId, ConsumerDocuments consumer) {
        for (ConsumerWindow document : consumer.documents()) {
            sums.computeIfAbsent(spaceId, id -> new TreeMap<>())
                    .computeIfAbsent(document.window(), window -> new TotalsSum(plans::terms)).add(document.plans());
        }
    }

    /** The instances of some consumers by consumer, resource with plan path, and id. */
    private Map<String, Map<List<String>, Map<String, InstanceReport>>> instances(String spaceId,
            List<ConsumerDocuments> chunk) {
        List<List<InstanceWindow>> read = new ArrayList<>();
        accumulator.instances(query.organizationId(), spaceId,
                chunk.stream().map(ConsumerDocuments::consumerId).toList(), windows.ofChildren(), documents -> {
                    // One whose usage was all rejected has no plan, and nothing to show.
                    List<InstanceWindow> used = documents.stream().filter(document -> document.plan() != null).toList();
                    if (!used.isEmpty()) {
                        read.add(used);
                    }
                });
        plans.require(read.stream().flatMap(List::stream).map(InstanceWindow::plan).toList());
        Map<String, Map<List<String>, Map<String, InstanceReport>>> instances = new HashMap<>();
        for (List<InstanceWindow> documents : read) {
            InstanceWindow any = documents.get(0);
            assembly.instance(documents).ifPresent(instance -> instances
                    .computeIfAbsent(any.consumerId(), id -> new HashMap<>())
                    .computeIfAbsent(List.of(any.resourceId(), any.path().joined()), key -> new TreeMap<>())
                    .putIfAbsent(instance.id(), instance));
        }
        return instances;
    }

    /** Copies the consumers of a space, separated by commas. */
    void copy(String spaceId, OutputStream target) throws IOException {
        written.copy(ofSpace.get(spaceId), target);
    }

    /** The sums over the consumers of a space. */
    ScopeTotals space(String spaceId) {
        return new ScopeTotals(totals(sums.getOrDefault(spaceId, Map.of())));
    }

    /** The sums over the consumers of all spaces. */
    ScopeTotals organization() {
        Map<Window, TotalsSum> all = new TreeMap<>();
        sums.values().forEach(space -> totals(space).forEach((window, totals) ->
                all.computeIfAbsent(window, w -> new TotalsSum(plans::terms)).add(totals)));
        return new ScopeTotals(totals(all));
    }

    private static Map<Window, List<PlanTotals>> totals(Map<Window, TotalsSum> sums) {
        Map<Window, List<PlanTotals>> totals = new TreeMap<>();
        sums.forEach((window, sum) -> totals.put(window, sum.totals()));
        return totals;
    }

    @Override
    public void close() {
        written.close();
    }
}
