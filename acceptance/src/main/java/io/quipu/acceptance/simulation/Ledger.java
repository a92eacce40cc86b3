package io.quipu.acceptance.simulation;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What clients have sent and what they were told: all that anybody outside can know. */
final class Ledger {

    private final Map<String, Entry> entries = new TreeMap<>();
    private int open;

    /** Everything about the usages of one key. */
    static final class Entry {

        /** Every content that was sent. */
        final List<SubmittedUsage> sent = new ArrayList<>();

        /** Places of the log where clients were told that theirs stands. */
        final List<Place> accepted = new ArrayList<>();

        /** Places that clients were told theirs is a duplicate of. */
        final List<Place> duplicateOf = new ArrayList<>();

        /** Positions that clients were told are processed, while usage still flowed. */
        final Set<Long> processed = new TreeSet<>();

        /** Whether any answer left open what became of it. */
        boolean unclear;

        /** Whether a client was told that it is taken, though not where it stands. */
        boolean taken;
    }

    /** The snapshots that were sent, by their time and the rest of what tells their ends apart. */
    private final Map<String, Listed> snapshots = new TreeMap<>();

    /** Everything about the snapshots of one resource, time and id, of an organization or of all. */
    static final class Listed {

        /** Every content that was sent. */
        final List<SubmittedSnapshot> sent = new ArrayList<>();

        /** Whether a client was told that one that is complete is taken. */
        boolean ended;
    }

    /** What was sent of snapshots of a resource, time and id, of an organization or, when that is null, of all. */
    Listed snapshots(String organizationId, String resourceId, long time, String id) {
        return snapshots.computeIfAbsent(String.join(" ", String.valueOf(organizationId), resourceId, Long.toString(time),
                String.valueOf(id)), key -> new Listed());
    }

    /** All of them. */
    Collection<Listed> snapshots() {
        return snapshots.values();
    }

    /**
     * A place in the log, from a location.
     *
     * @param partition the partition
     * @param position the position in it
     * @param location the location itself
     * @param usage what was sent when the location was answered
     */
    record Place(int partition, long position, String location, SubmittedUsage usage) {

        static Place of(String location, SubmittedUsage usage) {
            String[] place = location.substring(location.lastIndexOf('/') + 1).split("-");
            return new Place(Integer.parseInt(place[0]), Long.parseLong(place[1]), location, usage);
        }
    }

    Entry sent(SubmittedUsage usage) {
        Entry entry = entries.computeIfAbsent(usage.key(), key -> new Entry());
        if (!entry.sent.contains(usage)) {
            entry.sent.add(usage);
        }
        return entry;
    }

    Map<String, Entry> entries() {
        return entries;
    }

    /** A request is under way. */
    void begun() {
        open++;
    }

    void ended() {
        open--;
    }

    /** Requests without a definite answer to each of their usages. */
    int open() {
        return open;
    }
}
