package io.quipu.reporting.report;

import io.quipu.common.time.Window;
import io.quipu.common.totals.LevelSums;
import io.quipu.common.totals.PlanLevels.MonthChange;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * All that was read of one metric's level in one scope: by how much it changed in each month, and the sums of the months, days
 * and hours that have changes. Not thread-safe.
 */
final class LevelTrack {

    private final List<MonthChange> months = new ArrayList<>();
    private final NavigableMap<Window, LevelSums> sums = new TreeMap<>();

    /**
     * A level, and what it costs per unit of time. Its numbers are exact, but not normalized.
     *
     * @param level the level
     * @param cost its cost per unit of time
     * @param pooled how much of the level is charged with all of the organization
     */
    record Opening(BigDecimal level, BigDecimal cost, BigDecimal pooled) {

        /** Nothing runs. */
        static final Opening NONE = new Opening(BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ZERO);

        /** What a month's changes would open from nothing. */
        static Opening of(MonthChange change) {
            return new Opening(change.change(), change.costChange(), change.pooled());
        }

        Opening plus(Opening change) {
            return plus(change.level, change.cost, change.pooled);
        }

        private Opening plus(BigDecimal byLevel, BigDecimal byCost, BigDecimal byPooled) {
            return new Opening(sum(level, byLevel), sum(cost, byCost), sum(pooled, byPooled));
        }

        /** Mostly one of them is zero. */
        private static BigDecimal sum(BigDecimal a, BigDecimal b) {
            return b.signum() == 0 ? a : a.signum() == 0 ? b : a.add(b);
        }

        Opening plus(LevelSums changes) {
            return plus(changes.change(), changes.costChange(), changes.pooled());
        }

        Opening minus(Opening change) {
            return change.none() ? this : plus(change.level.negate(), change.cost.negate(), change.pooled.negate());
        }

        boolean none() {
            return level.signum() == 0 && cost.signum() == 0 && pooled.signum() == 0;
        }
    }

    /** Adds the net change of a month. */
    void add(MonthChange change) {
        months.add(change);
    }

    /** Adds the sums of a window. */
    void add(Window window, LevelSums changes) {
        sums.merge(window, changes, LevelSums::plus);
    }

    /** The sums of a window; null where it has no change. */
    LevelSums sums(Window window) {
        return sums.get(window);
    }

    /** The level at the start of a month: the sum of the changes of all months before it. */
    Opening opening(Window month) {
        return before(month.from());
    }

    /** The level at the end of a month. */
    Opening closing(Window month) {
        return before(month.from() + 1);
    }

    /** The changes of all months that begin before a time. */
    private Opening before(long time) {
        Opening sum = Opening.NONE;
        for (MonthChange change : months) {
            if (change.month().from() < time) {
                sum = sum.plus(Opening.of(change));
            }
        }
        return sum;
    }

    /** By how much the level changes in the windows from one to another, both included. */
    Opening change(Window first, Window last) {
        Opening change = Opening.NONE;
        for (LevelSums changes : sums.subMap(first, true, last, true).values()) {
            change = change.plus(changes);
        }
        return change;
    }

    /** The sums of the windows from one to another, both included, as of a longer window's start; null where none has any. */
    LevelSums within(Window longer, Window first, Window last) {
        LevelSums total = null;
        for (var changes : sums.subMap(first, true, last, true).entrySet()) {
            LevelSums moved = changes.getValue().asOf(changes.getKey().from() - longer.from());
            total = total == null ? moved : total.plus(moved);
        }
        return total;
    }

    /** Whether some of it has ever been charged with all of the organization, as far as was read. */
    boolean anyPooled() {
        for (MonthChange month : months) {
            if (month.pooledChange() != null) {
                return true;
            }
        }
        for (LevelSums changes : sums.values()) {
            if (changes.anyPooled()) {
                return true;
            }
        }
        return false;
    }
}
