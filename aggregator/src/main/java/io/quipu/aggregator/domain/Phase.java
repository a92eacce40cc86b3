package io.quipu.aggregator.domain;

/**
 * When a document becomes durable: all documents of a phase are written before any of the next, so one that has passed a
 * position proves that all of the earlier phases have. Within a phase there is no order.
 */
enum Phase {
    /** Consumers' windows and levels. */
    CONSUMERS,
    /** The organization's levels. */
    ORGANIZATION_LEVELS,
    /** The organization's days. */
    DAYS,
    /** The organization's months, whose totals decide price tiers. */
    MONTHS
}
