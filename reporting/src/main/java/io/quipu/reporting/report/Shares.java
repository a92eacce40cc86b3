package io.quipu.reporting.report;

import io.quipu.reporting.report.PooledLevels.Place;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a parent's pooled levels cost, shared among its children: each takes the part that its area is of the parent's, cut off
 * after {@value #DIGITS} digits; the last child by id of those whose area there is not zero takes what is left. So the shares are
 * the cost, to the last digit. Where the parent's area is zero nothing is charged, whatever its children's.
 *
 * <p>For 10 shared by areas of 1, 1 and 1 in children a, b and c: 3.333… with 30 digits for a and b, the rest for c.
 *
 * <p>Children may be taken in any order, one after the other: only those that are the last somewhere have to wait, at most as
 * many as there are places. {@link #cut} is thread-safe, the rest is not.
 */
public final class Shares {

    /** Digits after the decimal point of every share but the last. */
    public static final int DIGITS = 30;

    private final PooledLevels parent;
    private final Map<Place, Last> last = new HashMap<>();
    private final Map<Place, BigDecimal> given = new HashMap<>();
    private final Map<String, Integer> standing = new HashMap<>();

    private record Last(String childId, BigDecimal share) {
    }

    /** Nothing is shared yet of what that parent is charged. */
    public Shares(PooledLevels parent) {
        this.parent = parent;
    }

    /** A child's share, cut off. */
    public PooledLevels cut(PooledLevels child) {
        Map<Place, BigDecimal> costs = new HashMap<>();
        child.areas().forEach((place, area) -> {
            BigDecimal whole = parent.area(place);
            if (whole.signum() != 0) {
                costs.put(place, parent.cost(place).multiply(area).divide(whole, DIGITS, RoundingMode.DOWN));
            }
        });
        return new PooledLevels(child.areas(), costs);
    }

    /**
     * Takes a child in, once.
     *
     * @param share its share, {@link #cut}
     * @return the children that have their share now, since another is the last wherever they were; perhaps this one
     */
    public Set<String> take(String childId, PooledLevels share) {
        Set<String> settled = new HashSet<>(Set.of(childId));
        for (Place place : share.areas().keySet()) {
            Last before = last.get(place);
            BigDecimal own = share.cost(place);
            if (before != null && before.childId().compareTo(childId) > 0) {
                given.merge(place, own, BigDecimal::add);
                continue;
            }
            last.put(place, new Last(childId, own));
            standing.merge(childId, 1, Integer::sum);
            settled.remove(childId);
            if (before != null) {
                given.merge(place, before.share(), BigDecimal::add);
                if (standing.merge(before.childId(), -1, Integer::sum) == 0) {
                    standing.remove(before.childId());
                    settled.add(before.childId());
                }
            }
        }
        return settled;
    }

    /** The share of a child that waits, when all have been taken: with what is left where it is the last. */
    public PooledLevels withRest(String childId, PooledLevels share) {
        Map<Place, BigDecimal> costs = new HashMap<>();
        share.areas().keySet().forEach(place -> costs.put(place, last.get(place).childId().equals(childId)
                ? parent.cost(place).subtract(given.getOrDefault(place, BigDecimal.ZERO)) : share.cost(place)));
        return new PooledLevels(share.areas(), costs);
    }

    /** The shares of all children at once, by id. */
    static SortedMap<String, PooledLevels> of(PooledLevels parent, SortedMap<String, PooledLevels> children) {
        Shares shares = new Shares(parent);
        SortedMap<String, PooledLevels> all = new TreeMap<>();
        List<String> waiting = new ArrayList<>();
        children.forEach((id, child) -> {
            all.put(id, shares.cut(child));
            waiting.add(id);
            waiting.removeAll(shares.take(id, all.get(id)));
        });
        waiting.forEach(id -> all.computeIfPresent(id, shares::withRest));
        return all;
    }
}
