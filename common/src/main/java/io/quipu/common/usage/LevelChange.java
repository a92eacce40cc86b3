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
 * @param pooled how much of the change is of levels whose price is not proportional: they cost nothing here, but are charged for
 *     the whole organization when it is reported; null when it is zero
 */
public record LevelChange(long time, PlanPath path, String plan, String currency, String metric, BigDecimal change,
        BigDecimal cost, BigDecimal pooled) {

    /** Normalizes the numbers. */
    public LevelChange {
        change = Decimals.normalize(change);
        cost = Decimals.normalize(cost);
        pooled = pooled == null || pooled.signum() == 0 ? null : Decimals.normalize(pooled);
    }

    /** A change of levels whose price is proportional. */
    public LevelChange(long time, PlanPath path, String plan, String currency, String metric, BigDecimal change,
            BigDecimal cost) {
        this(time, path, plan, currency, metric, change, cost, null);
    }

    /** The pooled part of the change, zero where there is none. */
    public BigDecimal pooledChange() {
        return pooled == null ? BigDecimal.ZERO : pooled;
    }

    /** The same change the other way round. */
    public LevelChange negated() {
        return new LevelChange(time, path, plan, currency, metric, change.negate(), cost.negate(), pooledChange().negate());
    }

    /** The change of both, which are of one time, metric and terms. */
    public LevelChange plus(LevelChange other) {
        return new LevelChange(time, path, plan, currency, metric, change.add(other.change), cost.add(other.cost),
                pooledChange().add(other.pooledChange()));
    }

    /** Whether nothing changes. */
    public boolean none() {
        return change.signum() == 0 && cost.signum() == 0 && pooled == null;
    }
}
