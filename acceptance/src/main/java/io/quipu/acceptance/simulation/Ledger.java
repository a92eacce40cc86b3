package io.quipu.acceptance.simulation;

import java.util.ArrayList;
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
