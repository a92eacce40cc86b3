/**
 * The meter: takes batches of collected usage, makes metrics of the measures, passes them on to the accumulator and answers
 * once that has committed. It stores nothing.
 *
 * <p>Start reading at {@link io.quipu.meter.UsageMeter}; what it computes is {@link io.quipu.meter.domain.Metering}.
 */
package io.quipu.meter;
