package io.quipu.aggregator.domain;

import java.math.BigDecimal;

/**
 * What a usage costs in a window.
 *
 * @param amount what it adds to the sum of costs
 * @param price the price at which the whole total is rated instead, by whoever reports it; null where costs are sums
 */
record Cost(BigDecimal amount, BigDecimal price) {
}
