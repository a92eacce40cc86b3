package io.quipu.acceptance.simulation;

import io.quipu.acceptance.oracle.Happening;
import io.quipu.acceptance.oracle.Oracle;
import io.quipu.collector.log.DedupMark;
import io.quipu.collector.log.LoggedUsage;
import io.quipu.collector.log.Segment;
import io.quipu.common.time.Lateness;
import io.quipu.common.usage.Event;
import io.quipu.common.usage.Origin;
import io.quipu.common.usage.Position;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Judges what nobody sent: each event {@code gone} must follow of the end of a snapshot, and of each end that much must follow.
 * What ran is the oracle's to say.
 */
final class SnapshotJudgement {

    private final World world;
    private final Ledger ledger;
    private final List<Place> counted = new ArrayList<>();
    private final Map<Integer, Set<String>> organizations = new TreeMap<>();

    SnapshotJudgement(World world, Ledger ledger) {
        this.world = world;
        this.ledger = ledger;
        for (Segment segment : world.invariants().segments()) {
            Set<String> ofPartition = organizations.computeIfAbsent(segment.partition(), p -> new TreeSet<>());
            segment.usage().stream().filter(usage -> !usage.completes())
                    .forEach(usage -> ofPartition.add(usage.origin().organizationId()));
            for (int i = 0; i < segment.usage().size(); i++) {
                Place place = new Place(segment.partition(), Position.of(segment.segment(), i), segment.usage().get(i));
                if (place.usage.event() != null && world.invariants().first(DedupMark.key(place.usage))
                        .filter(first -> first == place.position).isPresent()) {
                    counted.add(place);
                }
            }
        }
    }

    /** An event in the log, the first with its key. */
    record Place(int partition, long position, LoggedUsage usage) {

        boolean is(Event.Kind kind) {
            return usage.event().kind() == kind;
        }

        /** The instance in its organization and resource, as the oracle has it. */
        String instance() {
            return String.join(" ", usage.origin().spaceId(), usage.origin().consumerId(), usage.origin().resourceInstanceId());
        }

        /** Whether an entry is one of the snapshot that ends here. */
        boolean ends(Place entry) {
            Origin of = usage.origin();
            Origin other = entry.usage.origin();
            return partition == entry.partition && (of.organizationId().isEmpty()
                    || of.organizationId().equals(other.organizationId())) && of.resourceId().equals(other.resourceId())
                    && of.end() == other.end() && new Event(entry.usage.event().kind(), usage.event().id()).equals(
                    entry.usage.event());
        }
    }

    /** The events of this kind, which nobody sent. */
    List<Place> gone() {
        return counted.stream().filter(place -> place.is(Event.Kind.GONE)).toList();
    }

    /** Judges what stands in the log of snapshots, and tells the world what is wrong. */
    void judge(Oracle oracle) {
        List<Place> ends = counted.stream().filter(place -> place.is(Event.Kind.COMPLETE)).toList();
        gone().forEach(gone -> {
            if (ends.stream().noneMatch(end -> end.ends(gone) && justified(gone, end, oracle))) {
                world.violated(gone + " follows of no snapshot", null);
            }
        });
        ends.forEach(end -> {
            sent(end);
            organizations(end).forEach(organization -> followed(end, organization, oracle));
        });
        ledger.snapshots().stream().filter(listed -> listed.ended).forEach(listed -> {
            SubmittedSnapshot sent = listed.sent.get(0);
            long found = ends.stream().filter(end -> is(end, sent)).count();
            if (found != (sent.organizationId() == null ? world.settings().partitions() : 1)) {
                world.violated("a complete snapshot was taken, and ends in " + found + " places: " + sent, null);
            }
        });
    }

    private static boolean is(Place end, SubmittedSnapshot sent) {
        Origin of = end.usage.origin();
        return of.organizationId().equals(sent.organizationId() == null ? "" : sent.organizationId())
                && of.resourceId().equals(sent.resourceId()) && of.end() == sent.time()
                && new Event(Event.Kind.COMPLETE, sent.id()).equals(end.usage.event());
    }

    private void sent(Place end) {
        if (ledger.snapshots().stream().flatMap(listed -> listed.sent.stream())
                .noneMatch(sent -> sent.complete() && is(end, sent))) {
            world.violated(end + " is the end of no snapshot that was sent", null);
        }
    }

    /** Whether the instance ran by what was known at the end, or at some time until it was found out, and was not listed. */
    private boolean justified(Place gone, Place end, Oracle oracle) {
        return end.position < gone.position && !listed(end, gone.usage.origin().organizationId(), oracle)
                .contains(gone.instance()) && world.invariants().segments().stream()
                .filter(segment -> segment.partition() == gone.partition)
                .flatMap(segment -> IntStream.range(0, segment.usage().size())
                        .mapToObj(i -> Position.of(segment.segment(), i)))
                .filter(position -> position >= end.position && position <= gone.position)
                .anyMatch(position -> ran(end, gone.usage.origin().organizationId(), position, oracle)
                        .contains(gone.instance()));
    }

    private static Set<String> ran(Place end, String organizationId, long position, Oracle oracle) {
        return oracle.running(organizationId, end.usage.origin().resourceId(), end.usage.origin().end(),
                new Happening("gone", end.usage.event().id()), position).keySet();
    }

    /** What the snapshot that ends there lists of an organization, but what a stage rejected. */
    private Set<String> listed(Place end, String organizationId, Oracle oracle) {
        return counted.stream().filter(place -> place.is(Event.Kind.SNAPSHOT) && end.ends(place)
                && place.position < end.position && place.usage.origin().organizationId().equals(organizationId)
                && !oracle.rejections().containsKey(place.partition + "-" + place.position))
                .map(Place::instance).collect(Collectors.toSet());
    }

    /** The organizations of which something may have run. */
    private Set<String> organizations(Place end) {
        return end.usage.origin().organizationId().isEmpty() ? organizations.get(end.partition)
                : Set.of(end.usage.origin().organizationId());
    }

    /** What ran just before a snapshot, and was not listed, is gone, unless it was too late for that. */
    private void followed(Place end, String organizationId, Oracle oracle) {
        Lateness lateness = world.settings().times().lateness();
        long passedAt = world.invariants().passedAt(end.partition, end.position).orElseThrow();
        if (lateness.tooLate(end.usage.origin().end(), passedAt + Delays.MAX_SKEW)) {
            return;
        }
        Set<String> missing = new TreeSet<>(ran(end, organizationId, end.position, oracle));
        missing.removeAll(listed(end, organizationId, oracle));
        gone().stream().filter(gone -> end.ends(gone) && gone.usage.origin().organizationId().equals(organizationId))
                .forEach(gone -> missing.remove(gone.instance()));
        if (!missing.isEmpty()) {
            world.violated(end + " did not end " + missing + " of " + organizationId, null);
        }
    }

    /** After a last complete snapshot just that runs which truly runs. */
    void converged(Oracle oracle, String organizationId, Provider provider) {
        Map<String, Map<String, BigDecimal>> runs = oracle.running(organizationId, Provider.RESOURCE, Long.MAX_VALUE,
                new Happening("gone", null), Long.MAX_VALUE);
        Map<String, Map<String, BigDecimal>> truly = provider.running(organizationId, world.fibers().now());
        if (!runs.equals(truly)) {
            world.violated("in " + organizationId + " there runs " + truly + ", the events come to " + runs, null);
        }
    }
}
