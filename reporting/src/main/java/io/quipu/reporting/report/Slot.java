package io.quipu.reporting.report;

import io.quipu.common.quantity.Decimals;
import io.quipu.common.quantity.Value;
import java.math.BigDecimal;

/**
 * One window of a report. Which members are there depends on the level: a plan's metric has all, a resource's metric no
 * cost, what is above only the charge, an instance no money.
 *
 * @param quantity what was used; null where the level has none, and of a metric that is a level
 * @param level what was used of a metric that is a level; else null
 * @param summary the number to show for it as of the report's time; null where the level has none
 * @param cost what it cost when it was rated: a number, or what the formulas of a metric make of its quantity; null where the
 *     level has none
 * @param charge what is charged for it as of the report's time; null where the level has none
 */
public record Slot(Value quantity, LevelQuantity level, BigDecimal summary, Value cost, BigDecimal charge) {

    /** Of a plan's metric that was not used in a window in which the plan was. */
    static final Slot UNUSED = new Slot(Value.ZERO, BigDecimal.ZERO, Value.ZERO, BigDecimal.ZERO);

    /** Of a metric that is no level. */
    public Slot(Value quantity, BigDecimal summary, Value cost, BigDecimal charge) {
        this(quantity, null, summary, cost, charge);
    }

    /** As one plan's part of its resource: a quantity that is no number counts 0. */
    Slot ofResource() {
        return new Slot(quantity instanceof Value.Numeric ? quantity : Value.ZERO, summary, null, charge);
    }

    /** As a part of whatever is above. */
    Slot chargeOnly() {
        return new Slot(null, null, null, charge);
    }

    /** Without money. */
    Slot ofInstance() {
        return new Slot(quantity, level, summary, null, null);
    }

    /** The exact sum of two slots with the same members, of which cost is none. */
    static Slot add(Slot a, Slot b) {
        return new Slot(a.quantity == null ? null : Value.of(a.quantity.asNumber().add(b.quantity.asNumber())),
                add(a.summary, b.summary), null, add(a.charge, b.charge));
    }

    private static BigDecimal add(BigDecimal a, BigDecimal b) {
        return a == null ? null : Decimals.add(a, b);
    }
}
