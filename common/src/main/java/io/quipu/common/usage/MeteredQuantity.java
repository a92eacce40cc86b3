package io.quipu.common.usage;

import io.quipu.common.quantity.Value;

/**
 * What a usage contributes to one metric.
 *
 * @param metric the metric of the metering plan
 * @param quantity a number for built-in functions, any JSON value for formulas
 */
public record MeteredQuantity(String metric, Value quantity) {
}
