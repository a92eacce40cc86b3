package io.quipu.common.totals;

import io.quipu.common.quantity.Value;
import java.math.BigDecimal;
import java.util.List;

/**
 * The total of one metric in a window.
 *
 * @param metric the metric
 * @param quantity the quantity over all instances
 * @param cost what it cost; exact sums of what each usage added
 * @param hours in an organization's day the hours that have usage, ascending; null elsewhere
 */
public record MetricTotal(String metric, Value quantity, BigDecimal cost, List<HourTotal> hours) {

    /** Copies the list. */
    public MetricTotal {
        hours = hours == null ? null : List.copyOf(hours);
    }

    /**
     * The total of one hour of a day.
     *
     * @param hour 0 to 23, UTC
     * @param quantity the quantity over all instances
     * @param cost what it cost
     */
    public record HourTotal(int hour, Value quantity, BigDecimal cost) {
    }
}
