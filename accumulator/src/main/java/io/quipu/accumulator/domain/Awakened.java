package io.quipu.accumulator.domain;

/**
 * A timeline that was at rest, or not there, before an entry was folded in it.
 *
 * @param timeline whose it is
 * @param position the position of that entry; of the last such of a batch
 */
public record Awakened(TimelineKey timeline, long position) {
}
