/**
 * Where totals come from, and the log: the clients of the aggregator, the accumulator and the collector. They know HTTP and
 * the shapes of the answers, and nothing of reports. Every way in which a neighbour can fail ends here, as a 503.
 *
 * <p>Start reading at {@link io.quipu.reporting.source.Neighbour}.
 */
package io.quipu.reporting.source;
