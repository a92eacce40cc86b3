package io.quipu.reporting.report;

import java.util.List;

/**
 * What one resource instance used under one plan.
 *
 * @param id the resource instance
 * @param t the time of the acceptance of its last usage, or event that changed a level, as sixteen digits
 * @param p the same, milliseconds since the epoch
 * @param aggregatedUsage its metrics, slots of quantity and summary
 */
public record InstanceReport(String id, String t, long p, List<MetricReport> aggregatedUsage) {
}
