/**
 * Drives the log down the pipeline: per partition one driver that reads from the cursor, settles duplicates, sends a batch
 * to the next stage, keeps what was rejected and moves the cursor. At the end of a complete snapshot it closes what that did
 * not list.
 *
 * <p>Start reading at {@link io.quipu.collector.drive.Driver} (what is done), then {@link
 * io.quipu.collector.drive.DriverLoop} (when). Neither has a thread, a clock or a socket of its own.
 */
package io.quipu.collector.drive;
