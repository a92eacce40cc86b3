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
     * @param cost what it cost
     */
    record Amount(Value quantity, BigDecimal cost) {

        /** What is absent in a document counts zero. */
        Amount {
            quantity = quantity == null ? Value.ZERO : quantity;
            cost = cost == null ? BigDecimal.ZERO : cost;
        }
    }
}
