package io.quipu.reporting.report;

import java.util.List;

/**
 * One metric in all windows of a report.
 *
 * @param metric the metric
 * @param windows its slots
 */
public record MetricReport(String metric, List<List<Slot>> windows) {
}
