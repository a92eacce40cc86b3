/**
 * How usage gets in: what was sent is read and judged, what is known already is recognised, the rest goes to the log,
 * and every usage has its own result. Knows no HTTP.
 *
 * <p>Start reading at {@link io.quipu.collector.intake.UsageIntake}. {@link io.quipu.collector.intake.UsageReader} says what
 * a usage document is, {@link io.quipu.collector.intake.EventReader} what an event is, {@link
 * io.quipu.collector.intake.SnapshotIntake} what a snapshot becomes, {@link io.quipu.collector.intake.Locations} where an
 * accepted one is found again, {@link io.quipu.collector.intake.UsageLookup} what became of it.
 */
package io.quipu.collector.intake;
