/**
 * The usage documents that travel from stage to stage, their ids and positions, and the keys of every document that is
 * stored. Knows only the JDK, {@code quantity} and {@code time}.
 *
 * <p>Start reading at {@link io.quipu.common.usage.CollectedUsage}, then follow it: {@link
 * io.quipu.common.usage.MeteredUsage}, {@link io.quipu.common.usage.AccumulatedUsage}. Every key is made in {@link
 * io.quipu.common.usage.Keys}.
 */
package io.quipu.common.usage;
