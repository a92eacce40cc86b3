package io.quipu.common.usage;

import io.quipu.common.quantity.Decimals;
import java.math.BigDecimal;

/**
 * One measured value of a usage.
 *
 * @param measure the measure of the metering plan
 * @param quantity its quantity, normalized
 */
public record MeasuredQuantity(String measure, BigDecimal quantity) {

    /** Normalizes the quantity. */
    public MeasuredQuantity {
        quantity = Decimals.normalize(quantity);
    }
}
