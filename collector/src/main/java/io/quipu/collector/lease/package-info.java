/**
 * How collectors on one store share its partitions: the document that says who is there and who drives what, and the one
 * in which work is signalled to whoever drives. Knows neither the log nor its drivers; has no thread and no clock of its own.
 *
 * <p>Who drives is efficiency, never correctness. Start reading at {@link io.quipu.collector.lease.LeaseKeeper}.
 */
package io.quipu.collector.lease;
