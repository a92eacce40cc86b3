package io.quipu.accumulator.domain;

import io.quipu.accumulator.domain.Timeline.LevelMonths;
import io.quipu.accumulator.domain.Timeline.MonthChange;
import io.quipu.accumulator.domain.Timeline.Terms;
import io.quipu.common.quantity.Decimals;
import io.quipu.common.time.Window;
import io.quipu.common.usage.LevelChange;
import io.quipu.common.usage.PlanPath;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToIntFunction;

/**
 * By how much the levels of an instance have changed in each month: what a month opens with is the sum of those before it, also long
 * after the entries have left the timeline. Opened from a document, sealed into the next one. Confined to one attempt, hence
 * mutable.
 *
 * <p>A month that comes to nothing is dropped at once, and what is left empty with it, as in the levels of consumers.
 */
final class OpenMonths {

    /** Months of a metric's changes that are told apart, as of a consumer's; those of older ones count in the oldest. */
    static final int MAX_MONTHS = 36;

    private final SortedMap<PlanPath, OpenPath> paths = new TreeMap<>();

    private static final class OpenPath {
        private Terms terms;
        private final SortedMap<String, SortedMap<Window, BigDecimal>> metrics = new TreeMap<>();

        private OpenPath(Terms terms) {
            this.terms = terms;
        }
    }

    /** Of what a document says; where it does not know, of what ran when it was written. */
    static OpenMonths of(Timeline document) {
        OpenMonths months = new OpenMonths();
        if (document.months() == null) {
            months.addAll(document);
            return months;
        }
        for (LevelMonths metric : document.months()) {
            Terms terms = document.terms().get(metric.terms());
            SortedMap<Window, BigDecimal> changes = new TreeMap<>();
            metric.months().forEach(month -> changes.put(month.month(), month.change()));
            months.paths.computeIfAbsent(terms.path(), path -> new OpenPath(terms)).metrics.put(metric.metric(), changes);
        }
        return months;
    }

    /** What opens the timeline began when it is known to have begun, or has always run. */
    private void addAll(Timeline document) {
        Standing opening = Standing.opening(document);
        opening.levels().running().forEach(level -> add(Levels.NONE.changesTo(Levels.of(List.of(level)),
                Optional.ofNullable(opening.since(level.level().metric())).orElse(Window.MIN_TIME))));
        Levels before = opening.levels();
        for (OpenEntry entry : OpenEntry.of(document)) {
            Levels after = before.after(entry);
            add(before.changesTo(after, entry.time()));
            before = after;
        }
    }

    /** Up to when changes are not in the windows: all that a document tells of which does not know its months. */
    static Long uncounted(Timeline document) {
        if (document.months() != null) {
            return document.uncounted();
        }
        Long last = document.opening().stream().map(Timeline.TermedLevel::since).filter(Objects::nonNull).max(Long::compare)
                .orElse(null);
        return document.entries().isEmpty() ? last : Long.valueOf(document.entries().get(document.entries().size() - 1).time());
    }

    /** Counts changes. */
    void add(List<LevelChange> changes) {
        for (LevelChange change : changes) {
            if (change.change().signum() != 0) {
                add(change);
            }
        }
    }

    private void add(LevelChange change) {
        OpenPath open = paths.computeIfAbsent(change.path(), path -> new OpenPath(null));
        open.terms = new Terms(change.path(), change.plan(), change.currency());
        SortedMap<Window, BigDecimal> months = open.metrics.computeIfAbsent(change.metric(), metric -> new TreeMap<>());
        months.merge(Window.month(change.time()), change.change(), Decimals::add);
        months.values().removeIf(sum -> sum.signum() == 0);
        if (months.size() > MAX_MONTHS) {
            // months after the two open as before, the older one alone would open without it
            BigDecimal oldest = months.remove(months.firstKey());
            months.merge(months.firstKey(), oldest, Decimals::add);
        }
        if (months.isEmpty()) {
            open.metrics.remove(change.metric());
        }
        if (open.metrics.isEmpty()) {
            paths.remove(change.path());
        }
    }

    /**
     * The changes as a document holds them: by plan path and metric.
     *
     * @param index where in the document terms stand
     */
    List<LevelMonths> sealed(ToIntFunction<Terms> index) {
        List<LevelMonths> sealed = new ArrayList<>();
        paths.values().forEach(open -> open.metrics.forEach((metric, months) -> sealed.add(new LevelMonths(
                index.applyAsInt(open.terms), metric, months.entrySet().stream()
                        .map(month -> new MonthChange(month.getKey(), month.getValue())).toList()))));
        return sealed;
    }
}
