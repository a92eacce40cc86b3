package io.quipu.acceptance.simulation;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quipu.accumulator.Instances;
import io.quipu.aggregator.Totals;
import io.quipu.common.plan.CompiledPlan;
import io.quipu.common.plan.PlanVersion;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.time.Window;
import io.quipu.common.totals.InstanceWindow;
import io.quipu.common.totals.OrganizationLevels;
import io.quipu.common.totals.OrganizationWindow;
import io.quipu.common.usage.Consumer;
import io.quipu.common.wire.Json;
import io.quipu.reporting.flow.Report;
import io.quipu.reporting.flow.Spool;
import io.quipu.reporting.flow.SpoolMemory;
import io.quipu.reporting.flow.UsageReporting;
import io.quipu.reporting.report.Depth;
import io.quipu.reporting.report.ReportQuery;
import io.quipu.reporting.source.Accumulator;
import io.quipu.reporting.source.Aggregator;
import io.quipu.reporting.source.InstanceDocuments;
import io.quipu.reporting.source.PlanCache;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Reporting as in production, on the disks of the simulation instead of HTTP. */
final class ReportedOrganization {

    private static final long HOUR = 3_600_000;
    private static final int MONTHS = 2;
    private static final int MEMORY = 1 << 20;

    private final Clock clock;
    private final UsageReporting reporting;

    ReportedOrganization(Aggregator aggregator, Accumulator accumulator, Clock clock) {
        this.clock = clock;
        this.reporting = new UsageReporting(new UsageReporting.Sources(aggregator, accumulator,
                new PlanCache(aggregator, CompiledPlan::of, 100)), new Spool.Limits(new SpoolMemory(MEMORY), MEMORY),
                Runnable::run, clock,
                new SimpleMeterRegistry());
    }

    /**
     * Reads reports, as of now and as of month's ends, back to a time, so that all windows since then are in one of them.
     *
     * @param reports told each with the time it is of
     */
    void read(String organizationId, long since, BiConsumer<Long, JsonNode> reports) {
        long now = clock.millis();
        reports.accept(now, report(organizationId, now));
        long end = Window.month(now).from() - 1;
        reports.accept(end, report(organizationId, end));
        // As many hours as a report shows, again and again, for what is out of reach by now.
        for (long time = now - ReportQuery.MAX_HOURS * HOUR; time > since - HOUR; time -= ReportQuery.MAX_HOURS * HOUR) {
            reports.accept(time, report(organizationId, time));
        }
    }

    /** Whether a report of that time shows whole months. */
    boolean whole(long time) {
        return Window.day(time).to() > clock.millis() || Window.day(time).to() == Window.month(time).to();
    }

    private JsonNode report(String organizationId, long time) {
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        try (Report report = reporting.report(new ReportQuery(organizationId, time, ReportQuery.MAX_HOURS,
                ReportQuery.MAX_DAYS, MONTHS, Depth.INSTANCE))) {
            report.copyTo(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Json.shared().readTree(json.toByteArray());
    }

    /** The aggregator's documents. */
    static Aggregator aggregator(DocumentStore disk) {
        return new OnDisk(new Totals(disk));
    }

    /** The accumulator's documents. */
    static Accumulator accumulator(DocumentStore disk) {
        Instances instances = new Instances(disk);
        return (organizationId, spaceId, consumerIds, windows, reader) -> instances.read(
                consumerIds.stream().map(id -> new Consumer(organizationId, spaceId, id)).toList(), List.copyOf(windows),
                found -> reader.accept(new InstanceDocuments(found.documents().stream()
                        .map(json -> Json.read(json, InstanceWindow.class)).toList(), found.levels().orElse(null))));
    }

    private record OnDisk(Totals totals) implements Aggregator {

        @Override
        public OrganizationDocuments organization(String organizationId, Set<Window> windows, Set<Window> windowsOfLevels) {
            Totals.OrganizationTotals found =
                    totals.organization(organizationId, List.copyOf(windows), List.copyOf(windowsOfLevels));
            return new OrganizationDocuments(
                    found.documents().stream().map(json -> Json.read(json, OrganizationWindow.class)).toList(),
                    found.levels().map(json -> Json.read(json, OrganizationLevels.class)).orElse(null));
        }

        @Override
        public void consumers(String organizationId, String spaceId, Set<Window> windows, boolean levels, Lines lines) {
            totals.consumers(organizationId, spaceId, List.copyOf(windows), levels, found -> {
                ObjectNode line = Json.shared().createObjectNode().put("consumer_id", found.consumerId());
                ArrayNode documents = line.putArray("documents");
                found.documents().forEach(document -> documents.add(Json.shared().readTree(document)));
                if (found.levels() != null) {
                    line.set("levels", Json.shared().readTree(found.levels()));
                }
                byte[] text = Json.write(line);
                lines.line(() -> Aggregator.consumer(text));
            });
            lines.complete();
        }

        @Override
        public Map<String, PlanVersion> plans(Collection<String> ids) {
            return totals.plans(List.copyOf(ids));
        }
    }
}
