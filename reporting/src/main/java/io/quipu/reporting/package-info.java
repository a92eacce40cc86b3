/**
 * Reporting: reads the totals of aggregator and accumulator over HTTP, and reports what an organization used and what it
 * is charged as of the time asked for. Audits them against the collector's log. Has no store.
 *
 * <p>Read {@code web} (HTTP), {@code flow} (read, judge the cut, write), {@code report} (pure: what a report says), {@code
 * source} (the neighbours), in this order; {@code audit} stands on {@code source} alone, {@code graph} selects from what
 * {@code flow} writes.
 */
package io.quipu.reporting;
