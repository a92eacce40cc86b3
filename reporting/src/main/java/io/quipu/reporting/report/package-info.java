/**
 * What a report says: pure functions from totals to slots. Knows only the JDK and the pure packages of {@code common}; no
 * HTTP, no clock, no Spring.
 *
 * <p>Start reading at {@link io.quipu.reporting.report.ReportWindows} (which windows a report needs), then {@link
 * io.quipu.reporting.report.ScopeAssembly} (what it says about them).
 */
package io.quipu.reporting.report;
