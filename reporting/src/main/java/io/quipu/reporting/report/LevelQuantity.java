package io.quipu.reporting.report;

import java.math.BigDecimal;

/**
 * What a slot shows as the quantity of a level.
 *
 * @param average the average level over the time that counts
 * @param consumed the area under it, in units of time of the metric
 * @param consuming the level as of the report's time, or at the window's end when that is earlier
 */
public record LevelQuantity(BigDecimal average, BigDecimal consumed, BigDecimal consuming) {
}
