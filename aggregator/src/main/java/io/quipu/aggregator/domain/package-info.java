/**
 * Pure aggregation and rating: documents and usages in, documents out. Knows no Spring, no HTTP and no store.
 *
 * <p>Start reading at {@link io.quipu.aggregator.domain.OrganizationAggregation}.
 */
package io.quipu.aggregator.domain;
