/**
 * Folds accumulated usage into consumer, space and organization totals, and rates it.
 *
 * <p>Read {@code web.AggregatorController}, then {@link io.quipu.aggregator.UsageAggregator}, then {@code
 * domain.OrganizationAggregation}.
 */
package io.quipu.aggregator;
