package io.quipu.common.totals;

import io.quipu.common.quantity.Decimals;
import io.quipu.common.quantity.Value;
import java.math.BigDecimal;
import java.util.List;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.annotation.JsonSerialize;

/**
 * The total of one metric in a window.
 *
 * @param metric the metric
 * @param quantity the quantity over all instances
 * @param cost what it cost; exact sums of what each usage added
 * @param hours in an organization's day the hours that have usage, ascending; null elsewhere
 * @param level what the changes of a time-weighted metric's level add up to, beside quantity and cost; null where there are none
 * @param price the price of the last usage, once a usage's cost was no number: then the cost is no sum, but what the quantity comes
 *     to at that price, and {@code cost} does not count; null as long as all were numbers
 */
public record MetricTotal(String metric, Value quantity, BigDecimal cost, List<HourTotal> hours, LevelSums level,
        BigDecimal price) {

    /** Copies the list. */
    public MetricTotal {
        hours = hours == null ? null : List.copyOf(hours);
        price = normalized(price);
    }

    private static BigDecimal normalized(BigDecimal price) {
        return price == null ? null : Decimals.normalize(price);
    }

    /** Whether some of its level, or of an hour's, is of levels whose price is not proportional. */
    public boolean anyPooled() {
        if (level != null && level.anyPooled()) {
            return true;
        }
        if (hours != null) {
            for (HourTotal hour : hours) {
                if (hour.level() != null && hour.level().anyPooled()) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether nothing has come of it. */
    boolean undone() {
        return Value.ZERO.equals(quantity) && cost.signum() == 0 && (level == null || level.undone())
                && (hours == null || hours.stream().allMatch(HourTotal::undone));
    }

    /** A total without changes of a level. */
    public MetricTotal(String metric, Value quantity, BigDecimal cost, List<HourTotal> hours) {
        this(metric, quantity, cost, hours, null, null);
    }

    /** A total whose cost is a sum. */
    public MetricTotal(String metric, Value quantity, BigDecimal cost, List<HourTotal> hours, LevelSums level) {
        this(metric, quantity, cost, hours, level, null);
    }

    /**
     * The total of one hour of a day.
     *
     * @param hour 0 to 23, UTC
     * @param quantity the quantity over all instances
     * @param cost what it cost
     * @param level what the changes of a level in that hour add up to; null where there are none
     * @param price the price of the last usage, as the metric's
     */
    @JsonSerialize(using = TotalsJson.HourWriter.class)
    @JsonDeserialize(using = TotalsJson.HourReader.class)
    public record HourTotal(int hour, Value quantity, BigDecimal cost, LevelSums level, BigDecimal price) {

        /** Normalizes the price. */
        public HourTotal {
            price = normalized(price);
        }

        /** Whether nothing has come of it. */
        boolean undone() {
            return Value.ZERO.equals(quantity) && cost.signum() == 0 && (level == null || level.undone());
        }

        /** A total without changes of a level. */
        public HourTotal(int hour, Value quantity, BigDecimal cost) {
            this(hour, quantity, cost, null, null);
        }

        /** A total whose cost is a sum. */
        public HourTotal(int hour, Value quantity, BigDecimal cost, LevelSums level) {
            this(hour, quantity, cost, level, null);
        }
    }
}
