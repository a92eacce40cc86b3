package io.quipu.common.usage;

import io.quipu.common.quantity.Decimals;
import java.math.BigDecimal;

/**
 * By how much the level of one metric of one resource instance changes at a time, and by how much what it costs per unit of
 * time. One usage may change levels at several times, under several plans: it closes what ran before it, and one that comes
 * late ends where the next one begins.
 *
 * @param time when, milliseconds since the epoch
 * @param path the plan path under which it ran, or runs
 * @param plan the id of the plan version
 * @param currency the currency of the cost
 * @param metric the metric
 * @param change the level after less the level before; may be negative
 * @param cost the level after × its price less the level before × its price: so a stop takes off exactly what its start added,
 *     whatever has happened to the price
 */
public record LevelChange(long time, PlanPath path, String plan, String currency, String metric, BigDecimal change,
        BigDecimal cost) {

    /** Normalizes the numbers. */
    public LevelChange {
        change = Decimals.normalize(change);
        cost = Decimals.normalize(cost);
    }
}
