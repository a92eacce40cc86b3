package io.quipu.acceptance.simulation;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quipu.acceptance.oracle.CountedUsage;
import io.quipu.acceptance.oracle.Happening;
import io.quipu.acceptance.oracle.Oracle;
import io.quipu.acceptance.oracle.ReportSums;
import io.quipu.acceptance.simulation.Ledger.Place;
import io.quipu.collector.catalog.Catalog;
import io.quipu.collector.intake.Locations;
import io.quipu.collector.log.DedupMark;
import io.quipu.collector.log.Dispositions;
import io.quipu.collector.log.LogDocuments;
import io.quipu.collector.log.LogEnvironment;
import io.quipu.collector.log.LogSettings;
import io.quipu.collector.log.LoggedUsage;
import io.quipu.collector.log.OrganizationLog;
import io.quipu.collector.log.Segment;
import io.quipu.collector.log.StoredUsageLog;
import io.quipu.common.plan.PlanVersion;
import io.quipu.common.usage.Keys;
import io.quipu.common.usage.MeasuredQuantity;
import io.quipu.common.usage.Origin;
import io.quipu.common.usage.Pin;
import io.quipu.common.usage.Position;
import io.quipu.common.wire.Json;
import io.quipu.reporting.source.Accumulator;
import io.quipu.reporting.source.Aggregator;
import java.math.BigDecimal;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * The end of a run: whatever clients saw accepted must have been counted once, and every figure of every report must be what
 * the oracle makes of it.
 */
final class Judgement {

    private final World world;
    private final Ledger ledger;
    private final Provider provider;
    private final StoredUsageLog log;
    private final Dispositions dispositions;

    Judgement(World world, Ledger ledger, Provider provider) {
        this.provider = provider;
        this.world = world;
        this.ledger = ledger;
        this.log = new StoredUsageLog(new LogSettings(world.settings().partitions(), 1, 1, world.settings().times()),
                new LogEnvironment(world.collectorDisk().documents(), Runnable::run, world.outside().clock(),
                        world::nextId, new SimpleMeterRegistry()));
        this.dispositions = new Dispositions(log, new LogDocuments(world.collectorDisk().documents()));
    }

    /** Judges, and tells the world what is wrong; answers how many months were audited. */
    int judge() {
        int audited = 0;
        List<CountedUsage> usages = new ArrayList<>();
        Map<String, Long> places = new TreeMap<>();
        Set<String> organizations = new TreeSet<>();
        ledger.entries().forEach((key, entry) -> first(key, entry).ifPresent(usage -> {
            usages.add(usage);
            organizations.add(usage.organizationId());
            places.put(key, usage.position());
        }));
        SnapshotJudgement snapshots = new SnapshotJudgement(world, ledger);
        snapshots.gone().forEach(place -> usages.add(counted(place.partition(), place.position(), place.usage())));
        Oracle oracle = new Oracle(usages);
        snapshots.judge(oracle);
        provider.organizations().forEach(organization -> snapshots.converged(oracle, organization, provider));
        usages.forEach(usage -> rejected(usage, oracle));
        ledger.entries().forEach((key, entry) -> entry.accepted.forEach(place -> disposed(key, entry, place,
                places.get(key), oracle)));
        Aggregator aggregator = ReportedOrganization.aggregator(world.aggregatorDisk().documents());
        Accumulator accumulator = ReportedOrganization.accumulator(world.accumulatorDisk().documents());
        // Later than all usage: up to when levels count while some lies ahead is for the tests of reporting.
        Clock later = Clock.offset(world.outside().clock(), world.settings().times().lateness().lead());
        ReportedOrganization reports = new ReportedOrganization(aggregator, accumulator, later);
        Catalog catalog = CollectorService.catalog(world.collectorDisk().documents(), world.outside().clock());
        AuditedOrganization audits = new AuditedOrganization(new OrganizationLog(log),
                id -> catalog.planVersion(id).orElseThrow(), aggregator, accumulator);
        for (String organization : organizations) {
            long earliest = world.settings().start() - world.settings().times().lateness().slack().toMillis();
            reports.read(organization, earliest, (time, report) -> {
                ReportSums.differences(report).forEach(difference -> world.violated("report of " + organization
                        + " does not add up: " + difference, null));
                if (!report.get("settled").booleanValue()) {
                    world.violated("the report of " + organization + " is not settled", null);
                }
                oracle.differences(organization, report, time, later.millis(), reports.whole(time))
                        .forEach(difference -> world.violated(difference, null));
            });
            audited += audits.read(organization, earliest, world.outside().clock().millis(),
                    difference -> world.violated(difference, null));
        }
        return audited;
    }

    /** The one usage of a key that counts, when there is one. */
    private Optional<CountedUsage> first(String key, Ledger.Entry entry) {
        SubmittedUsage sent = entry.sent.get(0);
        LoggedUsage named = new LoggedUsage(new Origin(sent.organizationId(), sent.spaceId(),
                sent.consumerId(), sent.resourceId(), sent.planId(), sent.resourceInstanceId(), sent.start(), sent.end()),
                new Pin("", "", "", "", ""), List.of(), sent.kind() == null ? sent.dedupId() : null, null, sent.event(), null);
        Optional<Long> position = world.invariants().first(DedupMark.key(named));
        if (position.isEmpty()) {
            if (!entry.accepted.isEmpty() || !entry.duplicateOf.isEmpty() || entry.taken) {
                world.violated("accepted usage was lost: " + key, null);
            }
            return Optional.empty();
        }
        int partition = log.partition(sent.organizationId());
        entry.duplicateOf.stream().filter(place -> place.position() != position.get()
                && entry.accepted.stream().noneMatch(a -> a.position() == place.position())).forEach(place ->
                world.violated(key + " was called a duplicate of " + place.position() + ", the first is "
                        + position.get(), null));
        boolean told = entry.accepted.stream().anyMatch(place -> place.position() == position.get());
        if (!told && !entry.unclear) {
            world.violated(key + " counts at " + position.get() + ", where no client was told it stands", null);
        }
        entry.accepted.stream().filter(place -> place.position() < position.get()).forEach(place ->
                world.violated(key + " was accepted at " + place.position() + ", but counts at " + position.get(), null));
        Segment segment = world.invariants().segment(partition, Position.segment(position.get())).orElseThrow();
        LoggedUsage logged = segment.usage().get(Position.index(position.get()));
        Map<String, BigDecimal> measures = measures(logged);
        // What counts must be what a client sent: exactly what it sent there, if it was told so.
        boolean known = entry.sent.stream().anyMatch(usage -> same(usage.measures(), measures));
        boolean own = entry.accepted.stream().filter(place -> place.position() == position.get())
                .allMatch(place -> same(place.usage().measures(), measures));
        if (!known || !own) {
            world.violated(key + " counts with measures that were not sent there: " + measures, null);
        }
        PlanVersion plan = Json.read(Json.write(pinned(logged).get("plan")), PlanVersion.class);
        if (!Plans.known(sent.resourceId(), sent.planId(), plan) || !logged.pin().country().equals("USA")
                || !logged.pin().currency().equals("USD") || !logged.pin().accountId().equals("1234")) {
            world.violated(key + " was pinned to " + logged.pin() + ", " + plan.path(), null);
        }
        return Optional.of(counted(partition, position.get(), logged));
    }

    private CountedUsage counted(int partition, long position, LoggedUsage logged) {
        Origin origin = logged.origin();
        return new CountedUsage(partition, position, origin.organizationId(), origin.spaceId(), origin.consumerId(),
                origin.resourceId(), origin.resourceInstanceId(), origin.end(), logged.event() == null ? null
                : new Happening(logged.event().kind().name().toLowerCase(Locale.ROOT), logged.event().id()), measures(logged),
                logged.pin().country(), logged.pin().currency(), logged.pin().plan(), pinned(logged).get("plan"));
    }

    private static Map<String, BigDecimal> measures(LoggedUsage logged) {
        return logged.measuredUsage().stream()
                .collect(Collectors.toMap(MeasuredQuantity::measure, MeasuredQuantity::quantity));
    }

    private JsonNode pinned(LoggedUsage usage) {
        return Json.shared().readTree(world.collectorDisk().get(Keys.planVersion(usage.pin().plan())).orElseThrow()
                .content());
    }

    private static boolean same(Map<String, BigDecimal> a, Map<String, BigDecimal> b) {
        return a.keySet().equals(b.keySet())
                && a.entrySet().stream().allMatch(entry -> entry.getValue().compareTo(b.get(entry.getKey())) == 0);
    }

    /** What the oracle rejects must be rejected with that code, and nothing else. */
    private void rejected(CountedUsage usage, Oracle oracle) {
        Optional<String> expected = Optional.ofNullable(oracle.rejections().get(usage.partition() + "-" + usage.position()))
                .map(Oracle.Rejected::code);
        Optional<String> found = new LogDocuments(world.collectorDisk().documents())
                .rejection(usage.partition(), usage.position()).map(rejection -> rejection.code());
        if (!expected.equals(found)) {
            world.violated("position " + usage.position() + " of partition " + usage.partition() + " is "
                    + found.map(code -> "rejected: " + code).orElse("not rejected") + ", the oracle says "
                    + expected.orElse("it counts"), null);
        }
    }

    /** Exactly one of the accepted usages of a key is processed or rejected, all others are its duplicates. */
    private void disposed(String key, Ledger.Entry entry, Place place, Long first, Oracle oracle) {
        Dispositions.Located located = dispositions.of(place.partition(), place.position());
        if (located instanceof Dispositions.Located.Trimmed
                && Position.segment(place.position()) < log.lowestKept(place.partition())) {
            return;
        }
        if (first == null || !(located instanceof Dispositions.Located.Found found)) {
            world.violated(place.location() + " leads to " + located, null);
            return;
        }
        if (world.expiry().expired().contains(DedupMark.key(found.usage()))) {
            // Nothing knows a duplicate of it any more.
            return;
        }
        Dispositions.Status expected = place.position() != first ? Dispositions.Status.DUPLICATE
                : oracle.rejections().containsKey(place.partition() + "-" + place.position())
                ? Dispositions.Status.REJECTED : Dispositions.Status.PROCESSED;
        if (entry.processed.contains(place.position()) && expected != Dispositions.Status.PROCESSED) {
            world.violated(key + " at " + place.position() + " was called processed, and is " + expected, null);
        }
        if (found.disposition().status() != expected) {
            world.violated(key + " at " + place.position() + " is " + found.disposition() + ", expected " + expected, null);
        }
        if (!Locations.of(found.usage().origin(), place.partition(), place.position()).equals(place.location())) {
            world.violated(place.location() + " leads to another usage", null);
        }
    }
}
