package io.quipu.collector.intake;

/**
 * Where a usage stands in the log.
 *
 * @param partition the partition
 * @param position the position in it
 */
public record Place(int partition, long position) {
}
