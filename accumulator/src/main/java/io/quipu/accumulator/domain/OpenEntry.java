package io.quipu.accumulator.domain;

import io.quipu.accumulator.domain.Timeline.Level;
import io.quipu.accumulator.domain.Timeline.Terms;
import io.quipu.common.usage.Event;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * An entry of a timeline, with its terms. Entries take effect by time; those of one time in the order of their kinds: stops first,
 * then starts, then levels, those of snapshots last; each by id. What is equal in all that is ordered by what it sets, so that the order in which entries arrive never matters.
 *
 * @param time from when on
 * @param kind what happened
 * @param id the provider's id, or null
 * @param terms what its levels run under; null for a stop
 * @param levels what it sets, by metric; empty for a stop
 */
record OpenEntry(long time, Event.Kind kind, String id, Terms terms, List<Level> levels) implements Comparable<OpenEntry> {

    private static final Comparator<OpenEntry> ORDER = Comparator.comparingLong(OpenEntry::time)
            .thenComparing(OpenEntry::kind)
            .thenComparing(OpenEntry::id, Comparator.nullsFirst(Comparator.naturalOrder()))
            .thenComparing(entry -> String.valueOf(entry.terms()))
            .thenComparing(entry -> entry.levels().toString());

    OpenEntry {
        levels = List.copyOf(levels);
    }

    /** The entries of a document. */
    static List<OpenEntry> of(Timeline document) {
        return document.entries().stream().map(entry -> new OpenEntry(entry.time(), entry.kind(), entry.id(),
                entry.terms() == null ? null : document.terms().get(entry.terms()), entry.levels())).toList();
    }

    /** That a complete snapshot did not list the instance. */
    static OpenEntry gone(long time, String id) {
        return new OpenEntry(time, Event.Kind.GONE, id, null, List.of());
    }

    /** Whether it is of that snapshot: one that listed the instance, or did not. */
    boolean of(long snapshotTime, String snapshotId) {
        return kind.reconciles() && time == snapshotTime && Objects.equals(id, snapshotId);
    }

    /** Whether nothing runs after it. */
    boolean stops() {
        return kind.stops();
    }

    @Override
    public int compareTo(OpenEntry other) {
        return ORDER.compare(this, other);
    }
}
