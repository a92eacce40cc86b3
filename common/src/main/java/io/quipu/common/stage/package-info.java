/**
 * How stages talk: batches of a partition's log, in order, downstream first, and the watermark of every document that
 * folds them.
 */
package io.quipu.common.stage;
