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
 * @param level what the changes of a time-weighted metric's level add up to, beside quantity and cost; null where there are none
 */
public record MetricTotal(String metric, Value quantity, BigDecimal cost, List<HourTotal> hours, LevelSums level) {

    /** Copies the list. */
    public MetricTotal {
        hours = hours == null ? null : List.copyOf(hours);
    }

    /** Whether nothing has come of it. */
    boolean undone() {
        return Value.ZERO.equals(quantity) && cost.signum() == 0 && (level == null || level.undone())
                && (hours == null || hours.stream().allMatch(HourTotal::undone));
    }

    /** A total without changes of a level. */
    public MetricTotal(String metric, Value quantity, BigDecimal cost, List<HourTotal> hours) {
        this(metric, quantity, cost, hours, null);
    }

    /**
     * The total of one hour of a day.
     *
     * @param hour 0 to 23, UTC
     * @param quantity the quantity over all instances
     * @param cost what it cost
     * @param level what the changes of a level in that hour add up to; null where there are none
     */
    public record HourTotal(int hour, Value quantity, BigDecimal cost, LevelSums level) {

        /** Whether nothing has come of it. */
        boolean undone() {
            return Value.ZERO.equals(quantity) && cost.signum() == 0 && (level == null || level.undone());
        }

        /** A total without changes of a level. */
        public HourTotal(int hour, Value quantity, BigDecimal cost) {
            this(hour, quantity, cost, null);
        }
    }
}
