package io.quipu.reporting.report;

import io.quipu.common.time.Window;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Finds what the pooled levels of an organization cost in the windows of a report, and what of them is whose. Immutable and
 * thread-safe.
 */
public final class Pooling {

    private final ReportWindows windows;
    private final Function<String, PlanTerms> terms;
    private final LevelWindows places;

    /**
     * The pooling of one report.
     *
     * @param windows the windows of the report
     * @param terms the terms of a plan version, by its id
     * @param until the time up to which levels count, see {@link OrganizationTotals#until}
     */
    public Pooling(ReportWindows windows, Function<String, PlanTerms> terms, long until) {
        this.windows = windows;
        this.terms = terms;
        this.places = new LevelWindows(windows, until);
    }

    /** What an organization is charged, and how that is shared among its spaces. */
    public Pools pools(OrganizationTotals parent) {
        ScopeTotals totals = parent.organization();
        if (!totals.anyPooled()) {
            return Pools.NONE;
        }
        LevelEvaluation levels = new LevelEvaluation(places, totals);
        Set<Window> shown = shown();
        shown.addAll(windows.hours().windows());
        PooledLevels organization = new PooledRating(windows, levels, totals.levels(), terms).rate(shown);
        SortedMap<String, PooledLevels> spaces = new TreeMap<>();
        if (!organization.isEmpty()) {
            parent.spaces().forEach(space -> spaces.put(space, areas(parent.space(space))));
        }
        return new Pools(organization, Shares.of(organization, spaces));
    }

    /** The areas of a scope's pooled levels, in days and months; nothing is charged for them yet. */
    public PooledLevels areas(ScopeTotals totals) {
        return new PooledLevels(new LevelEvaluation(places, totals).pooledAreas(shown()), Map.of());
    }

    private Set<Window> shown() {
        Set<Window> shown = new TreeSet<>(windows.days().windows());
        shown.addAll(windows.months().windows());
        return shown;
    }
}
