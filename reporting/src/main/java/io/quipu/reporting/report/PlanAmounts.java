package io.quipu.reporting.report;

import io.quipu.common.quantity.Value;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.SortedMap;

/**
 * What one slot shows of a plan that has usage in it.
 *
 * @param plan the id of the plan version that says which metrics there are
 * @param metrics the metrics that were folded, by name
 */
record PlanAmounts(String plan, SortedMap<String, Amount> metrics) {

    /** Takes the map over. */
    PlanAmounts {
        metrics = Collections.unmodifiableSortedMap(metrics);
    }

    /**
     * What was used of one metric.
     *
     * @param quantity the quantity
     * @param cost what it cost; does not count where there is a price
     * @param price the price at which the quantity is rated when it is reported; null where the cost counts
     * @param level what it shows of a level, beside that; null where it has none
     */
    record Amount(Value quantity, BigDecimal cost, BigDecimal price, LevelAmount level) {

        /** What is absent in a document counts zero. */
        Amount {
            quantity = quantity == null ? Value.ZERO : quantity;
            cost = cost == null ? BigDecimal.ZERO : cost;
        }

        /** Of a metric that has no level. */
        Amount(Value quantity, BigDecimal cost, BigDecimal price) {
            this(quantity, cost, price, null);
        }

        /** Of a level. */
        static Amount of(LevelAmount level) {
            return new Amount(null, null, null, level);
        }

        /** The same with a level. */
        Amount with(LevelAmount shown) {
            return new Amount(quantity, cost, price, shown);
        }
    }
}
