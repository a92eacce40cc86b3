/**
 * HTTP to queries, reports to HTTP. No rule of what a report says.
 *
 * <p>Start reading at {@link io.quipu.reporting.web.ReportController}.
 */
package io.quipu.reporting.web;
