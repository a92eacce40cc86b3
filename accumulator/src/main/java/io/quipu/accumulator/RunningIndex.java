package io.quipu.accumulator;

import io.quipu.accumulator.RunningLinks.OrganizationLink;
import io.quipu.accumulator.RunningLinks.Place;
import io.quipu.accumulator.RunningPageDocument.Member;
import io.quipu.accumulator.domain.TimelineKey;
import io.quipu.common.stage.DocumentSet;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.usage.Keys;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Holds, per organization and resource, at least the instances whose timelines are not at rest, on a fixed number of pages.
 *
 * <p>An instance is put on its page, with the position of the usage that is about to awaken it, before its timeline is written.
 * It leaves when the page is written for another and has doubled: only if its timeline has come to that position and is at
 * rest. Whatever awakens it between the reading and the writing changes the page, so it stays. Whoever drives an old batch
 * judges by that batch's horizon, and finds fewer at rest. Thread-safe.
 */
final class RunningIndex {

    /** Pages of a resource in an organization; fixed, since an instance's page is found by its hash. */
    static final int PAGES = 64;

    /** Members that a page may have more than twice of what was left last, before those at rest leave. */
    static final int SWEEP_MARGIN = 16;

    /** 2^32 / golden ratio: spreads hashes that differ in few bits. */
    private static final int SPREAD = 0x9E3779B9;

    private final DocumentStore store;
    private final RunningLinks links;
    private final RunningTimelines timelines;

    RunningIndex(DocumentStore store, RunningLinks links, RunningTimelines timelines) {
        this.store = store;
        this.links = links;
        this.timelines = timelines;
    }

    /**
     * An instance that a usage is about to awaken.
     *
     * @param partition the partition of the usage
     * @param horizon no usage of the batch, or after it, ends before; null when that is not known
     * @param timeline the instance
     * @param position the position of the usage
     */
    record Entrance(int partition, Long horizon, TimelineKey timeline, long position) {

        Place place() {
            return new Place(new OrganizationLink(timeline.consumer().organizationId(), partition), timeline.resourceId());
        }

        String page() {
            return Keys.runningPage(timeline.consumer().organizationId(), timeline.resourceId(), pageOf(timeline));
        }
    }

    /** The number of an instance's page. */
    static int pageOf(TimelineKey timeline) {
        // The hash of a list of strings is the same everywhere and for ever.
        int hash = List.of(timeline.consumer().spaceId(), timeline.consumer().consumerId(), timeline.resourceInstanceId())
                .hashCode();
        return Integer.remainderUnsigned(hash * SPREAD >>> Short.SIZE, PAGES);
    }

    /** Puts instances on their pages; returns once these are durable. The timelines are to be written then. */
    void enter(List<Entrance> entrances) {
        if (entrances.isEmpty()) {
            return;
        }
        Map<String, List<Entrance>> open = new LinkedHashMap<>();
        Set<Place> places = new LinkedHashSet<>();
        entrances.forEach(entrance -> {
            open.computeIfAbsent(entrance.page(), key -> new ArrayList<>()).add(entrance);
            places.add(entrance.place());
        });
        DocumentSet documents = new DocumentSet(store);
        Set<String> read = new LinkedHashSet<>(open.keySet());
        places.forEach(place -> read.addAll(place.markers()));
        documents.read(read);
        // A marker that somebody else wrote in between says the same; pages are written until they are.
        Map<String, Object> changed = new LinkedHashMap<>(links.append(places, documents));
        changed.putAll(pages(open, documents));
        open.keySet().retainAll(documents.write(changed));
        while (!open.isEmpty()) {
            documents.read(open.keySet());
            open.keySet().retainAll(documents.write(pages(open, documents)));
        }
    }

    /** The pages with those that enter, without those that have to leave. */
    private Map<String, RunningPageDocument> pages(Map<String, List<Entrance>> open, DocumentSet documents) {
        Map<String, RunningPageDocument> pages = new LinkedHashMap<>();
        Map<String, Long> mayLeave = new LinkedHashMap<>();
        Map<String, Long> horizons = new LinkedHashMap<>();
        open.forEach((key, entrances) -> {
            RunningPageDocument page = entered(documents.find(key, RunningPageDocument.class).orElse(null), entrances);
            pages.put(key, page);
            Long horizon = entrances.get(0).horizon();
            if (horizon != null && page.members().size() >= 2 * page.swept() + SWEEP_MARGIN) {
                horizons.put(key, horizon);
                page.members().forEach(member -> mayLeave.put(member.timeline(), horizon));
            }
        });
        if (horizons.isEmpty()) {
            return pages;
        }
        Map<String, Long> resting = new LinkedHashMap<>();
        timelines.read(List.copyOf(mayLeave.keySet()), course -> {
            if (course.atRest(mayLeave.get(course.key().document()))) {
                resting.put(course.key().document(), course.position());
            }
            return true;
        });
        horizons.keySet().forEach(key -> pages.computeIfPresent(key, (k, page) -> swept(page, resting)));
        return pages;
    }

    private static RunningPageDocument entered(RunningPageDocument before, List<Entrance> entrances) {
        TimelineKey any = entrances.get(0).timeline();
        String organizationId = any.consumer().organizationId();
        int number = pageOf(any);
        if (before != null && !(before.organizationId().equals(organizationId) && before.resourceId().equals(any.resourceId())
                && before.page() == number)) {
            throw new IllegalStateException("another document has the key of page " + number + " of what runs of "
                    + any.resourceId() + " in " + organizationId);
        }
        Map<String, Member> members = new LinkedHashMap<>();
        if (before != null) {
            before.members().forEach(member -> members.put(member.timeline(), member));
        }
        // One who is behind brings an older position than there is; the later one is to be waited for.
        entrances.stream().map(entrance -> new Member(entrance.timeline().document(), entrance.position()))
                .forEach(entering -> members.merge(entering.timeline(), entering,
                        (known, later) -> known.position() > later.position() ? known : later));
        return new RunningPageDocument(RunningPageDocument.VERSION, organizationId, any.resourceId(), number,
                before == null ? 0 : before.swept(), List.copyOf(members.values()));
    }

    private static RunningPageDocument swept(RunningPageDocument page, Map<String, Long> resting) {
        List<Member> left = page.members().stream().filter(member ->
                resting.getOrDefault(member.timeline(), Long.MIN_VALUE) < member.position()).toList();
        return new RunningPageDocument(page.version(), page.organizationId(), page.resourceId(), page.page(), left.size(), left);
    }
}
