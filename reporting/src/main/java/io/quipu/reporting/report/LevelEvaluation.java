package io.quipu.reporting.report;

import io.quipu.common.quantity.Decimals;
import io.quipu.common.quantity.Value;
import io.quipu.common.time.Window;
import io.quipu.common.totals.LevelSums;
import io.quipu.common.totals.MetricTotal;
import io.quipu.common.totals.PlanLevels;
import io.quipu.common.totals.PlanTotals;
import io.quipu.reporting.report.LevelTrack.Opening;
import io.quipu.reporting.report.PlanAmounts.Amount;
import io.quipu.reporting.report.PooledLevels.Place;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The levels of one scope in the slots of a report: in each window the area under the level, from the window's start to its end
 * or to the time as of which the report counts.
 *
 * <p>A month opens with the changes of all months before it. A day of a {@linkplain ReportWindows#cut cut} month opens with its
 * month plus the changes of the days before it, which are read all; any other day with what its month closes with less the
 * changes from that day on, of which at most {@linkplain ReportWindows#later one} is not shown. An hour opens with what its
 * day closes with less the changes from that hour on: those before it need not be read. So a level that runs untouched is in every window, though no document says so.
 *
 * <p>The month of the report's time counts no day after that time's: it is the sum of its days when it is cut, else its own
 * sums less those of the later day.
 */
final class LevelEvaluation {

    private final ReportWindows windows;
    private final LevelWindows places;
    private final ScopeTotals totals;
    private final SortedMap<PlanKey, Tracks> plans = new TreeMap<>();

    /** The levels under one plan path, and the plan version of their last change. */
    private static final class Tracks {
        private String plan;
        private final SortedMap<String, LevelTrack> metrics = new TreeMap<>();

        private LevelTrack metric(String name) {
            return metrics.computeIfAbsent(name, metric -> new LevelTrack());
        }
    }

    /**
     * The levels of a scope.
     *
     * @param windows the windows of the report
     * @param until the time as of which it counts: no change on its day is later
     * @param totals what was read of the scope
     */
    LevelEvaluation(ReportWindows windows, long until, ScopeTotals totals) {
        this(new LevelWindows(windows, until), totals);
    }

    /**
     * The levels of a scope.
     *
     * @param places the windows of the report, and how much of them counts
     * @param totals what was read of the scope
     */
    LevelEvaluation(LevelWindows places, ScopeTotals totals) {
        this.windows = places.windows();
        this.places = places;
        this.totals = totals;
        for (PlanLevels levels : totals.levels()) {
            for (PlanLevels.MetricLevels metric : levels.metrics()) {
                if (!metric.months().isEmpty()) {
                    metric.months().forEach(tracks(PlanKey.of(levels), levels.plan()).metric(metric.metric())::add);
                }
            }
        }
        totals.plans().forEach(this::add);
    }

    /** A level with which a window opens, and its changes there. */
    private record Counted(Opening opening, LevelSums changes) {
    }

    private Tracks tracks(PlanKey key, String plan) {
        Tracks tracks = plans.computeIfAbsent(key, k -> new Tracks());
        if (tracks.plan == null) {
            tracks.plan = plan;
        }
        return tracks;
    }

    private void add(Window window, List<PlanTotals> totals) {
        for (PlanTotals plan : totals) {
            for (MetricTotal total : plan.metrics()) {
                if (total.level() != null) {
                    tracks(PlanKey.of(plan), plan.plan()).metric(total.metric()).add(window, total.level());
                }
                if (total.hours() != null) {
                    addHours(window, plan, total);
                }
            }
        }
    }

    private void addHours(Window day, PlanTotals plan, MetricTotal total) {
        for (MetricTotal.HourTotal hour : total.hours()) {
            if (hour.level() != null) {
                tracks(PlanKey.of(plan), plan.plan()).metric(total.metric())
                        .add(ReportWindows.hour(day, hour.hour()), hour.level());
            }
        }
    }

    /**
     * What a window shows of other metrics, and of these.
     *
     * @param others what it shows of other metrics; is taken over
     * @param pooled what is charged for the pooled part of these levels
     */
    SortedMap<PlanKey, PlanAmounts> with(Window window, SortedMap<PlanKey, PlanAmounts> others, PooledLevels pooled) {
        if (plans.isEmpty() || uncounted(window)) {
            return others;
        }
        LevelWindows.Place place = places.of(window);
        plans.forEach((key, tracks) -> {
            PlanAmounts plan = others.get(key);
            SortedMap<String, Amount> metrics = null;
            for (var track : tracks.metrics.entrySet()) {
                LevelAmount level = amount(track.getValue(), window, place, pooled.isEmpty() ? BigDecimal.ZERO
                        : pooled.cost(new Place(key, track.getKey(), window)));
                if (level != null) {
                    if (metrics == null) {
                        metrics = plan == null ? new TreeMap<>() : new TreeMap<>(plan.metrics());
                    }
                    Amount other = metrics.get(track.getKey());
                    metrics.put(track.getKey(), other == null ? Amount.of(level) : other.with(level));
                }
            }
            if (metrics != null) {
                others.put(key, new PlanAmounts(plan == null ? tracks.plan : plan.plan(), metrics));
            }
        });
        return others;
    }

    /** Whether changes are missing in a window, or in one that its opening level is computed from: days of a month that is cut. */
    private boolean uncounted(Window window) {
        long from = totals.levelsFrom();
        return window.from() < from
                || windows.cut() && windows.month().from() < from && windows.month().contains(window.from());
    }

    /** The areas of the pooled parts of levels in those windows, where they are not zero. */
    Map<Place, BigDecimal> pooledAreas(Collection<Window> shown) {
        Map<Place, BigDecimal> areas = new HashMap<>();
        plans.forEach((key, tracks) -> tracks.metrics.forEach((metric, track) -> {
            if (track.anyPooled()) {
                shown.forEach(window -> {
                    BigDecimal area = pooledArea(track, window);
                    if (area.signum() != 0) {
                        areas.put(new Place(key, metric, window), area);
                    }
                });
            }
        }));
        return areas;
    }

    /** The area of the pooled part of a level, in level × milliseconds. */
    BigDecimal pooledArea(PlanKey key, String metric, Window window) {
        return pooledArea(plans.get(key).metrics.get(metric), window);
    }

    private BigDecimal pooledArea(LevelTrack track, Window window) {
        LevelWindows.Place place = places.of(window);
        Counted counted = counted(track, window, place);
        return counted == null ? BigDecimal.ZERO
                : counted.changes().pooledArea(counted.opening().pooled(), place.elapsed());
    }

    /** What a metric has come to beside its levels in a month, as far as the report counts it. */
    BigDecimal beside(PlanKey key, String metric, Window month) {
        Collection<Window> parts = windows.cut() && month.equals(windows.month()) ? windows.toDate() : List.of(month);
        return parts.stream().flatMap(part -> totals.of(part).stream()).filter(plan -> PlanKey.of(plan).equals(key))
                .flatMap(plan -> plan.metrics().stream()).filter(total -> total.metric().equals(metric))
                .map(total -> total.quantity() instanceof Value.Numeric number ? number.number() : BigDecimal.ZERO)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /** What a window shows of a level; null when it has none there, and no change of it. */
    private LevelAmount amount(LevelTrack track, Window window, LevelWindows.Place place, BigDecimal pooledCost) {
        Counted counted = counted(track, window, place);
        if (counted == null) {
            return null;
        }
        Opening opening = counted.opening();
        LevelSums changes = counted.changes();
        return new LevelAmount(Decimals.add(opening.level(), changes.change()), place.elapsed(),
                changes.area(opening.level(), place.elapsed()), changes.costArea(opening.cost(), place.elapsed()), pooledCost);
    }

    private Counted counted(LevelTrack track, Window window, LevelWindows.Place place) {
        Opening opening = switch (window.unit()) {
            case MONTH -> track.opening(window);
            case DAY -> day(track, window, place);
            case HOUR -> hour(track, window, place);
        };
        LevelSums sums = place.latest() ? toDate(track, window, place) : track.sums(window);
        if (sums == null && opening.none()) {
            return null;
        }
        return new Counted(opening, sums == null ? LevelSums.NONE : sums);
    }

    private LevelSums toDate(LevelTrack track, Window month, LevelWindows.Place place) {
        if (place.cut()) {
            return track.within(month, place.firstDay(), Window.day(windows.time()));
        }
        LevelSums whole = track.sums(month);
        LevelSums later = places.later() == null ? null : track.within(month, places.later(), places.later());
        return whole == null || later == null ? whole : whole.without(later);
    }

    private static Opening day(LevelTrack track, Window day, LevelWindows.Place place) {
        if (place.cut()) {
            return day.equals(place.firstDay()) ? track.opening(place.month())
                    : track.opening(place.month()).plus(track.change(place.firstDay(), place.previous()));
        }
        return track.closing(place.month()).minus(track.change(day, place.lastDay()));
    }

    private Opening hour(LevelTrack track, Window hour, LevelWindows.Place place) {
        LevelSums ofDay = track.sums(place.day());
        Opening opening = day(track, place.day(), places.of(place.day()));
        return ofDay == null ? opening : opening.plus(ofDay).minus(track.change(hour, place.lastHour()));
    }
}
