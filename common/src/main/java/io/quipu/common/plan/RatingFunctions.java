package io.quipu.common.plan;

import io.quipu.common.quantity.Value;
import io.quipu.common.time.Window;
import java.math.BigDecimal;

/** How a metric is rated by formulas: from a quantity to a cost, from a cost to a charge. Pure, as {@link MetricFunctions}. */
public interface RatingFunctions {

    /** Rejects a usage that has no cost. */
    String RATING_FAILED = "rating_failed";

    /**
     * What a quantity costs at a price.
     *
     * @param price the price of a unit
     * @param quantity the quantity, whatever the metric's functions make of it
     * @return a number, or an object: then the cost is no sum, and each level's is that of its own quantity
     * @throws MeteringException code {@code rating_failed}: the usage is rejected
     */
    Value cost(BigDecimal price, Value quantity);

    /**
     * What a total costs at a price: nothing as long as it is nothing, else what {@link #cost} says.
     *
     * @param total a quantity of an organization, or of what it has
     */
    default Value costOf(BigDecimal price, Value total) {
        return Value.ZERO.equals(total) ? Value.ZERO : cost(price, total);
    }

    /** What is charged for a cost as of a time; 0 where there is no number. Never throws. */
    BigDecimal charge(long time, Value cost, Window window);
}
