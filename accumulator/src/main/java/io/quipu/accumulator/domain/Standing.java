package io.quipu.accumulator.domain;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What runs after some entry of a timeline, and since when. Times are told, and never decide what is counted: that {@link Levels}
 * do. Immutable.
 *
 * @param levels what runs
 * @param since since when something runs without a break, milliseconds since the epoch: another plan is none if something runs
 *     before and after; null when nothing runs, or that is not known
 * @param metrics since when each metric runs at its level, by metric: another price is no change; those of which that is not
 *     known are missing
 */
record Standing(Levels levels, Long since, SortedMap<String, Long> metrics) {

    /** Nothing runs. */
    static final Standing NONE = new Standing(Levels.NONE, null, Collections.emptySortedMap());

    /** What a document opens with. */
    static Standing opening(Timeline document) {
        SortedMap<String, Long> metrics = new TreeMap<>();
        document.opening().forEach(opened -> {
            if (opened.since() != null) {
                metrics.put(opened.level().metric(), opened.since());
            }
        });
        return new Standing(Levels.of(document.opening().stream()
                .map(opened -> new Levels.Running(document.terms().get(opened.terms()), opened.level())).toList()),
                document.since(), metrics);
    }

    /** What runs after an entry. */
    Standing after(OpenEntry entry) {
        Levels next = levels.after(entry);
        SortedMap<String, Long> times = new TreeMap<>();
        for (Levels.Running level : next.running()) {
            String metric = level.level().metric();
            if (!level.runs()) {
                continue;
            }
            if (!level.level().quantity().equals(levels.quantity(metric))) {
                times.put(metric, entry.time());
            } else if (metrics.containsKey(metric)) {
                times.put(metric, metrics.get(metric));
            }
        }
        return new Standing(next, !next.runs() ? null : levels.runs() ? since : Long.valueOf(entry.time()), times);
    }

    /** Since when a metric runs at its level; null when it does not, or that is not known. */
    Long since(String metric) {
        return metrics.get(metric);
    }
}
