/**
 * Folds metered usage into the windows of its resource instance and sends on what changed.
 *
 * <p>Read {@code web.AccumulatorController}, then {@link io.quipu.accumulator.UsageAccumulator}, then {@code
 * domain.Accumulation}.
 */
package io.quipu.accumulator;
