/**
 * Pure accumulation: an instance's windows and a usage in, its next windows and what changed out. Knows no Spring, no HTTP
 * and no store.
 *
 * <p>Start reading at {@link io.quipu.accumulator.domain.Accumulation}.
 */
package io.quipu.accumulator.domain;
