package io.quipu.accumulator.domain;

import io.quipu.accumulator.domain.Timeline.Level;
import io.quipu.accumulator.domain.Timeline.Terms;
import io.quipu.common.quantity.Decimals;
import io.quipu.common.usage.LevelChange;
import io.quipu.common.usage.PlanPath;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What runs in a resource instance at a time: the level of each metric, and what it runs under. All run under one plan path.
 * Immutable.
 */
final class Levels {

    /** Nothing runs. */
    static final Levels NONE = new Levels(Collections.emptySortedMap());

    private final SortedMap<String, Running> running;

    private Levels(SortedMap<String, Running> running) {
        this.running = running;
    }

    /**
     * A level that runs.
     *
     * @param terms what it runs under
     * @param level the level
     */
    record Running(Terms terms, Level level) {

        /** Whether it is more than nothing. */
        boolean runs() {
            return level.quantity().signum() != 0;
        }

        /** What it costs per unit of time; rounded by itself, so that what ends takes off just what its beginning added. */
        BigDecimal cost() {
            return level.price() == null ? BigDecimal.ZERO : Decimals.multiply(level.quantity(), level.price());
        }
    }

    /** The levels that a document opens with. */
    static Levels of(List<Running> levels) {
        SortedMap<String, Running> running = new TreeMap<>();
        levels.forEach(level -> running.put(level.level().metric(), level));
        return new Levels(running);
    }

    /** What runs, by metric; levels of zero that were set are among it. */
    List<Running> running() {
        return List.copyOf(running.values());
    }

    /** Whether some level is not zero. */
    boolean runs() {
        return running.values().stream().anyMatch(Running::runs);
    }

    /** What runs, without levels of zero. */
    Levels withoutZeros() {
        SortedMap<String, Running> left = new TreeMap<>(running);
        left.values().removeIf(level -> !level.runs());
        return new Levels(left);
    }

    /** How much of a metric runs. */
    BigDecimal quantity(String metric) {
        Running level = running.get(metric);
        return level == null ? BigDecimal.ZERO : level.level().quantity();
    }

    /** What runs after an entry. */
    Levels after(OpenEntry entry) {
        return after(List.of(entry));
    }

    /**
     * What runs after some entries, in their order. A stop ends everything. Else what an entry does not name goes on as it is, unless
     * it ran under another plan path: an instance has one plan at a time.
     *
     * <p>The last is looked at first: what it names is settled. A stop, or an entry under another plan path than those after it, has come
     * to nothing, and so has all before.
     */
    Levels after(List<OpenEntry> entries) {
        SortedMap<String, Running> after = new TreeMap<>();
        PlanPath path = null;
        for (int i = entries.size() - 1; i >= 0; i--) {
            OpenEntry entry = entries.get(i);
            if (entry.stops() || path != null && !path.equals(entry.terms().path())) {
                return new Levels(after);
            }
            path = entry.terms().path();
            for (int j = entry.levels().size() - 1; j >= 0; j--) {
                Level level = entry.levels().get(j);
                if (!after.containsKey(level.metric())) {
                    after.put(level.metric(), new Running(entry.terms(), level));
                }
            }
        }
        for (Running level : running.values()) {
            if (path == null || path.equals(level.terms().path())) {
                after.putIfAbsent(level.level().metric(), level);
            }
        }
        return new Levels(after);
    }

    /** What changes at a time at which these levels end and others begin: what ends under its own terms, what begins under its. */
    List<LevelChange> changesTo(Levels others, long time) {
        List<LevelChange> changes = new ArrayList<>();
        TreeSet<String> metrics = new TreeSet<>(running.keySet());
        metrics.addAll(others.running.keySet());
        for (String metric : metrics) {
            Running ends = running.get(metric);
            Running begins = others.running.get(metric);
            if (Objects.equals(ends, begins)) {
                continue;
            }
            if (ends != null) {
                changes.add(change(time, ends).negated());
            }
            if (begins != null) {
                changes.add(change(time, begins));
            }
        }
        return changes;
    }

    private static LevelChange change(long time, Running level) {
        BigDecimal quantity = level.level().quantity();
        return new LevelChange(time, level.terms().path(), level.terms().plan(), level.terms().currency(),
                level.level().metric(), quantity, level.cost(), level.level().pooled() == null ? null : quantity);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Levels levels && running.equals(levels.running);
    }

    @Override
    public int hashCode() {
        return running.hashCode();
    }

    @Override
    public String toString() {
        return running.toString();
    }
}
