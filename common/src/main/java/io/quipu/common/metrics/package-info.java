/**
 * How the services measure: the buckets of their histograms, and usages counted by what became of them. Every meter and its
 * meaning is listed in {@code docs/metrics.md}.
 *
 * <p>Meters are resolved once, when the part that uses them is put together; while usage flows nothing is looked up by tags. No
 * tag holds an id of an organization, a usage or anything else whose number grows.
 */
package io.quipu.common.metrics;
