package io.quipu.reporting.report;

import io.quipu.common.quantity.Decimals;
import io.quipu.common.quantity.Value;
import io.quipu.reporting.report.PlanAmounts.Amount;
import java.math.BigDecimal;

/**
 * What one slot shows of a level. The areas are exact sums: those of a parent are the sums of its children's. They are divided
 * by the unit of time last, each scope's own, and rounded to 34 digits then.
 *
 * @param consuming the level as of the report's time, or at the window's end when that is earlier
 * @param time the time of the window that counts, from its start to its end or to the report's time, in milliseconds
 * @param area the area under the level, in level × milliseconds
 * @param costArea the same of its cost per unit of time
 * @param pooledCost what the pooled part of the level costs beside that
 */
record LevelAmount(BigDecimal consuming, BigDecimal time, BigDecimal area, BigDecimal costArea, BigDecimal pooledCost) {

    /**
     * What the slot says.
     *
     * @param unit for how many milliseconds a level of one counts one
     * @param beside what the metric has come to beside its level
     */
    Slot slot(BigDecimal unit, Amount beside) {
        BigDecimal used = beside.quantity() instanceof Value.Numeric number ? number.number() : BigDecimal.ZERO;
        BigDecimal consumed = Decimals.add(Decimals.divide(area, unit), used);
        BigDecimal charge = Decimals.add(Decimals.add(Decimals.divide(costArea, unit), pooledCost), beside.cost());
        return new Slot(null, new LevelQuantity(average(), consumed, consuming), consumed, Value.of(charge), charge);
    }

    /** The average level over the time that counts; the level itself when that has no length. */
    private BigDecimal average() {
        return time.signum() == 0 ? consuming : Decimals.divide(area, time);
    }
}
