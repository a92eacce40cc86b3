/**
 * How a report comes about: read the parents, read their children, judge the cut, write. Nothing is sent before everything
 * has been read.
 *
 * <p>Start reading at {@link io.quipu.reporting.flow.UsageReporting}.
 */
package io.quipu.reporting.flow;
