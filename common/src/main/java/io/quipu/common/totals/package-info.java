/**
 * The documents that hold totals: written by accumulator and aggregator, read by reporting over HTTP. Knows only the
 * JDK, {@code quantity}, {@code time}, {@code usage}, {@code wire} with its parser, and {@code stage}'s watermark.
 *
 * <p>Start reading at {@link io.quipu.common.totals.OrganizationWindow}, the parent document.
 */
package io.quipu.common.totals;
