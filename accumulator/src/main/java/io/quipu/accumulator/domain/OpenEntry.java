package io.quipu.accumulator.domain;

import io.quipu.accumulator.domain.Timeline.Level;
import io.quipu.accumulator.domain.Timeline.Terms;
import io.quipu.common.usage.Event;
import java.util.Comparator;
import java.util.List;

/**
 * An entry of a timeline, with its terms. Entries take effect by time; those of one time stops first, then starts, then levels,
 * each by id. What is equal in all that is ordered by what it sets, so that the order in which entries arrive never matters.
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

    /** Whether nothing runs after it. */
    boolean stops() {
        return kind.stops();
    }

    @Override
    public int compareTo(OpenEntry other) {
        return ORDER.compare(this, other);
    }
}
