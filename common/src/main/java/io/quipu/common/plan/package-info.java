/**
 * Metering, rating and pricing plans and the pure functions they name. Knows only the JDK, {@code quantity}, {@code
 * time}, {@code usage} and {@code formula}.
 *
 * <p>Start reading at {@link io.quipu.common.plan.MetricFunctions} for what a metric does and {@link
 * io.quipu.common.plan.Rate} for what it costs; either may be formulas instead of functions that are built in.
 */
package io.quipu.common.plan;
