package io.quipu.reporting.flow;

import io.quipu.common.time.Window;
import io.quipu.common.totals.ConsumerWindow;
import io.quipu.common.wire.Json;
import io.quipu.reporting.report.ConsumerReport;
import io.quipu.reporting.report.Depth;
import io.quipu.reporting.report.InstanceReport;
import io.quipu.reporting.report.OrganizationTotals;
import io.quipu.reporting.report.PooledLevels;
import io.quipu.reporting.report.Pooling;
import io.quipu.reporting.report.Pools;
import io.quipu.reporting.report.ReportQuery;
import io.quipu.reporting.report.ReportWindows;
import io.quipu.reporting.report.ResourceReport;
import io.quipu.reporting.report.ScopeAssembly;
import io.quipu.reporting.report.ScopeTotals;
import io.quipu.reporting.report.Shares;
import io.quipu.reporting.source.Accumulator;
import io.quipu.reporting.source.Aggregator.ConsumerDocuments;
import io.quipu.reporting.source.InstanceDocuments;
import io.quipu.reporting.source.Neighbour;
import io.quipu.reporting.source.OwnFailureException;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import tools.jackson.core.JsonGenerator;

/** Writes some consumers of a report at a time, with their instances where they are asked for. Thread-safe. */
final class ConsumerReports {

    /** Bytes that a consumer is expected to take. */
    private static final int ROOM = 3_000;

    private final ReportQuery query;
    private final OrganizationTotals parent;
    private final ScopeAssembly assembly;
    private final Pooled pooled;
    private final PlansOfReport plans;
    private final Accumulator accumulator;
    private final Set<Window> windows;
    private final boolean tolerant;

    /**
     * The consumers of one report.
     *
     * @param tolerant whether a consumer may be ahead of the parent
     */
    ConsumerReports(ReportQuery query, ReportWindows windows, OrganizationTotals parent, ScopeAssembly assembly,
            Pooled pooled, PlansOfReport plans, Accumulator accumulator, boolean tolerant) {
        this.query = query;
        this.parent = parent;
        this.assembly = assembly;
        this.pooled = pooled;
        this.plans = plans;
        this.accumulator = accumulator;
        this.windows = parent.hasLevels() ? windows.ofChildrenWithLevels() : windows.ofChildren();
        this.tolerant = tolerant;
    }

    /**
     * Some consumers of a space.
     *
     * @param ahead whether one of them has folded usage that the parent had not when it was read: then there are none of
     *     them, unless that is tolerated
     * @param json what the report says of them, each after a comma
     * @param consumers the consumers
     */
    record Written(boolean ahead, byte[] json, List<WrittenConsumer> consumers) {
    }

    /**
     * A consumer.
     *
     * @param consumerId the consumer
     * @param from where in the JSON it begins
     * @param to where it ends: there, too, when it has nothing in the report
     * @param made what it was made of; null unless sums may be needed
     * @param sharing what it is written from again should it be the last with pooled levels; null when it has none
     */
    record WrittenConsumer(String consumerId, int from, int to, ConsumerDocuments made, SharingConsumer sharing) {
    }

    /**
     * How pooled levels are charged.
     *
     * @param pooling finds them
     * @param pools what the organization and its spaces are charged
     */
    record Pooled(Pooling pooling, Pools pools) {
    }

    /**
     * A consumer that takes a share of what its space is charged for pooled levels.
     *
     * @param totals its totals
     * @param instances its instances
     * @param share its share
     */
    record SharingConsumer(String consumerId, ScopeTotals totals, Instances instances, PooledLevels share) {
    }

    /** Shares out what a space is charged for pooled levels. */
    Shares shares(String spaceId) {
        return new Shares(pooled.pools().space(spaceId));
    }

    /** Reads some consumers of a space, at most {@link Accumulator#MAX_CONSUMERS}, and writes what the report says of them. */
    Written write(String spaceId, List<Supplier<ConsumerDocuments>> lines) {
        List<ConsumerDocuments> consumers = new ArrayList<>(lines.size());
        lines.forEach(line -> consumers.add(line.get().withoutUndone()));
        boolean ahead = consumers.stream().anyMatch(this::ahead);
        if (ahead && !tolerant) {
            return new Written(true, new byte[0], List.of());
        }
        try {
            return write(spaceId, consumers, ahead);
        } catch (RuntimeException e) {
            throw Neighbour.ours(e) ? e : new OwnFailureException(e);
        }
    }

    private boolean ahead(ConsumerDocuments consumer) {
        return consumer.levels() != null && consumer.levels().watermark().position() > parent.levelsPosition()
                || consumer.documents().stream()
                        .anyMatch(document -> document.watermark().position() > parent.position(document.window()));
    }

    private Written write(String spaceId, List<ConsumerDocuments> consumers, boolean ahead) {
        plans.require(planIds(consumers));
        boolean showsInstances = query.depth().shows(Depth.INSTANCE);
        Map<String, Instances> instances = showsInstances ? instances(spaceId, consumers) : Map.of();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(ROOM * consumers.size());
        List<WrittenConsumer> written = new ArrayList<>(consumers.size());
        try (JsonGenerator json = Json.shared().createGenerator(bytes)) {
            json.writeStartArray();
            for (ConsumerDocuments consumer : consumers) {
                int from = bytes.size();
                ScopeTotals totals = ScopeTotals.ofConsumer(consumer.documents(), consumer.levels());
                SharingConsumer own = new SharingConsumer(consumer.consumerId(), totals,
                        instances.getOrDefault(consumer.consumerId(), Instances.NONE), share(spaceId, totals));
                write(json, own, own.share());
                written.add(new WrittenConsumer(consumer.consumerId(), from, bytes.size(),
                        tolerant ? consumer : null, own.share().isEmpty() ? null : own));
            }
            json.writeEndArray();
        }
        byte[] json = bytes.toByteArray();
        // where the array began
        json[0] = ',';
        return new Written(ahead, json, written);
    }

    private static Set<String> planIds(List<ConsumerDocuments> consumers) {
        Set<String> ids = new HashSet<>();
        for (ConsumerDocuments consumer : consumers) {
            for (ConsumerWindow document : consumer.documents()) {
                document.plans().forEach(plan -> ids.add(plan.plan()));
            }
            if (consumer.levels() != null) {
                consumer.levels().plans().forEach(plan -> ids.add(plan.plan()));
            }
        }
        return ids;
    }

    /** Its share of what its space is charged, cut off. */
    private PooledLevels share(String spaceId, ScopeTotals totals) {
        PooledLevels ofSpace = pooled.pools().space(spaceId);
        return ofSpace.isEmpty() ? PooledLevels.NONE : new Shares(ofSpace).cut(pooled.pooling().areas(totals));
    }

    /** Writes nothing, not even what stands between consumers, when it has nothing in the report. */
    private void write(JsonGenerator json, SharingConsumer consumer, PooledLevels share) {
        List<ResourceReport> used = assembly.resources(consumer.totals(), share);
        if (!used.isEmpty()) {
            List<ResourceReport> shown = query.shown(used);
            if (query.depth().shows(Depth.INSTANCE)) {
                shown = shown.stream().map(resource -> resource.with(consumer.instances()::of)).toList();
            }
            ReportJson.consumer(json, new ConsumerReport(consumer.consumerId(), assembly.charges(shown), shown));
            json.flush();
        }
    }

    /** Writes what the report says of a consumer with another share, after a comma. */
    byte[] write(SharingConsumer consumer, PooledLevels share) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(ROOM);
        bytes.write(',');
        try (JsonGenerator json = Json.shared().createGenerator(bytes)) {
            write(json, consumer, share);
        }
        return bytes.toByteArray();
    }

    /** The instances of one consumer. */
    record Instances(Map<PlanOfResource, Map<String, InstanceReport>> byPlan) {

        private static final Instances NONE = new Instances(Map.of());

        private List<InstanceReport> of(String resourceId, String planId) {
            return List.copyOf(byPlan.getOrDefault(new PlanOfResource(resourceId, planId), Map.of()).values());
        }
    }

    private record PlanOfResource(String resourceId, String planId) {
    }

    private Map<String, Instances> instances(String spaceId, List<ConsumerDocuments> consumers) {
        List<InstanceDocuments> read = new ArrayList<>();
        accumulator.instances(query.organizationId(), spaceId,
                consumers.stream().map(ConsumerDocuments::consumerId).distinct().toList(), windows,
                instance -> instance.shown().ifPresent(read::add));
        plans.require(read.stream().flatMap(InstanceDocuments::plans)::iterator);
        Map<String, Instances> instances = new HashMap<>();
        for (InstanceDocuments of : read) {
            assembly.instance(of.documents(), of.levels()).ifPresent(instance -> instances
                    .computeIfAbsent(of.consumerId(), id -> new Instances(new HashMap<>())).byPlan()
                    .computeIfAbsent(new PlanOfResource(of.resourceId(), of.path().joined()), key -> new TreeMap<>())
                    .putIfAbsent(instance.id(), instance));
        }
        return instances;
    }
}
