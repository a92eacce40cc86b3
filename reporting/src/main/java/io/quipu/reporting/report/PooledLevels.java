package io.quipu.reporting.report;

import io.quipu.common.time.Window;
import java.math.BigDecimal;
import java.util.Map;

/**
 * The pooled part of a scope's levels, those whose price is not proportional: its area in each window shown, and what is charged
 * for it there. Immutable.
 */
public final class PooledLevels {

    /** Of a scope without such levels. */
    public static final PooledLevels NONE = new PooledLevels(Map.of(), Map.of());

    private final Map<Place, BigDecimal> areas;
    private final Map<Place, BigDecimal> costs;

    /**
     * The pooled levels of a scope.
     *
     * @param areas the areas that are not zero, in level × milliseconds
     * @param costs what they cost
     */
    PooledLevels(Map<Place, BigDecimal> areas, Map<Place, BigDecimal> costs) {
        this.areas = Map.copyOf(areas);
        this.costs = Map.copyOf(costs);
    }

    /** A metric of a plan in a window. */
    record Place(PlanKey plan, String metric, Window window) {
    }

    /** Whether no area differs from zero. */
    public boolean isEmpty() {
        return areas.isEmpty();
    }

    /** The areas that are not zero. */
    Map<Place, BigDecimal> areas() {
        return areas;
    }

    /** The area there. */
    BigDecimal area(Place place) {
        return areas.getOrDefault(place, BigDecimal.ZERO);
    }

    /** What is charged there. */
    BigDecimal cost(Place place) {
        return costs.getOrDefault(place, BigDecimal.ZERO);
    }
}
