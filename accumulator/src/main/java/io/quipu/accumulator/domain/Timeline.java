package io.quipu.accumulator.domain;

import io.quipu.common.quantity.Decimals;
import io.quipu.common.stage.Watermark;
import io.quipu.common.time.Window;
import io.quipu.common.usage.Consumer;
import io.quipu.common.usage.Event;
import io.quipu.common.usage.PlanPath;
import java.math.BigDecimal;
import java.util.List;

/**
 * The levels of a resource instance over time: which ran before the first entry, and what each entry set. Kept only as long as
 * usage may come that is earlier than an entry.
 *
 * @param version the format, {@link #VERSION} or an older one
 * @param organizationId the organization
 * @param spaceId the space
 * @param consumerId the consumer
 * @param resourceId the resource
 * @param resourceInstanceId the instance
 * @param watermark how far it has come in the log
 * @param terms what levels ran or run under; others refer to them by index
 * @param opening the levels that ran before the first entry, by metric
 * @param since since when something of these ran without a break, milliseconds since the epoch; null when nothing ran, or in a
 *     document of a release that did not know
 * @param entries the entries in the order in which they take effect
 * @param months by how much the levels have changed in each month; null in a document of a release that did not know
 * @param uncounted up to when changes are not in the windows, since a release entered them that kept none there, milliseconds since
 *     the epoch; null when all are
 * @param processed the log time at which the last entry was accepted; null when that is not known
 */
public record Timeline(int version, String organizationId, String spaceId, String consumerId, String resourceId,
        String resourceInstanceId, Watermark watermark, List<Terms> terms, List<TermedLevel> opening, Long since,
        List<Entry> entries, List<LevelMonths> months, Long uncounted, Long processed) {

    /** The format that this release writes; a newer one is refused. */
    public static final int VERSION = 3;

    /** The format of a timeline that has taken no entry since there is an index of what may run: it may stand on no page. */
    static final int NOT_INDEXED = 1;

    /** Copies the lists; refuses a format of a newer release. */
    public Timeline {
        check(version);
        terms = List.copyOf(terms);
        opening = List.copyOf(opening);
        entries = List.copyOf(entries);
        months = months == null ? null : List.copyOf(months);
    }

    /** Refuses a format of a newer release. */
    static void check(int version) {
        if (version > VERSION) {
            throw new IllegalStateException("timeline document has format " + version + ", this release knows " + VERSION);
        }
    }

    /** Whose timeline it is. */
    public TimelineKey key() {
        return new TimelineKey(new Consumer(organizationId, spaceId, consumerId), resourceId, resourceInstanceId);
    }

    /**
     * What a level runs under.
     *
     * @param path the plan path
     * @param plan the id of the plan version
     * @param currency the currency of its price
     */
    public record Terms(PlanPath path, String plan, String currency) {
    }

    /**
     * The level of one metric.
     *
     * @param metric the metric
     * @param quantity how much runs
     * @param price what one of it costs per unit of time, pinned when it was set; null when it is free of charge or pooled
     * @param pooled true when its price is not proportional, so that it is charged with all of its organization; else null
     */
    public record Level(String metric, BigDecimal quantity, BigDecimal price, Boolean pooled) {

        /** Normalizes the numbers. */
        public Level {
            quantity = Decimals.normalize(quantity);
            price = price == null ? null : Decimals.normalize(price);
            pooled = Boolean.TRUE.equals(pooled) ? true : null;
        }

        /** A level whose price is proportional, or that is free of charge. */
        public Level(String metric, BigDecimal quantity, BigDecimal price) {
            this(metric, quantity, price, null);
        }
    }

    /**
     * A level and what it runs under.
     *
     * @param terms the index of its terms
     * @param level the level
     * @param since since when the metric had this level, milliseconds since the epoch; null when it is zero, or that is not known
     */
    public record TermedLevel(int terms, Level level, Long since) {
    }

    /**
     * What one usage or event set.
     *
     * @param time from when on, milliseconds since the epoch
     * @param kind what happened; a usage sets levels
     * @param id the provider's id of the event, or null
     * @param terms the index of its terms; null for a stop
     * @param levels the levels that it set, by metric; empty for a stop
     */
    public record Entry(long time, Event.Kind kind, String id, Integer terms, List<Level> levels) {
        public Entry {
            levels = List.copyOf(levels);
        }
    }

    /**
     * By how much the level of one metric has changed under one plan path.
     *
     * @param terms the index of the path, and of the plan version of the last change
     * @param metric the metric
     * @param months the months in which it has changed on the whole, ascending
     */
    public record LevelMonths(int terms, String metric, List<MonthChange> months) {
        public LevelMonths {
            months = List.copyOf(months);
        }
    }

    /**
     * By how much a level has changed in a month.
     *
     * @param month the month
     * @param change level at its end less level at its beginning
     */
    public record MonthChange(Window month, BigDecimal change) {
    }
}
