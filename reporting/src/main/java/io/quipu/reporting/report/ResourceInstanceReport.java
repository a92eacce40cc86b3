package io.quipu.reporting.report;

import io.quipu.common.totals.InstanceWindow;
import io.quipu.common.usage.PlanPath;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * What one resource instance used under one plan path: the report about it alone.
 *
 * @param id Abacus's id of it
 * @param organizationId its organization
 * @param spaceId its space
 * @param consumerId its consumer
 * @param resourceId its resource
 * @param resourceInstanceId the instance
 * @param planId the provider's name of the plan
 * @param meteringPlanId the metering plan
 * @param ratingPlanId the rating plan
 * @param pricingPlanId the pricing plan
 * @param start when its last usage that counts began, milliseconds since the epoch; null where no document tells
 * @param end when that ended; null as start
 * @param processed when that was accepted
 * @param processedId the same as sixteen digits
 * @param evaluatedTo the first millisecond that does not count
 * @param accumulatedUsage its metrics, slots of quantity and summary
 */
public record ResourceInstanceReport(String id, String organizationId, String spaceId, String consumerId, String resourceId,
        String resourceInstanceId, String planId, String meteringPlanId, String ratingPlanId, String pricingPlanId,
        Long start, Long end, long processed, String processedId, long evaluatedTo, List<MetricReport> accumulatedUsage) {

    /**
     * The report.
     *
     * @param query what was asked for
     * @param resourceId the instance's resource
     * @param windows the windows of the report
     * @param documents what was read of the instance
     * @param instance what it used
     */
    public static ResourceInstanceReport of(InstanceQuery query, String resourceId, ReportWindows windows,
            List<InstanceWindow> documents, InstanceReport instance) {
        InstanceWindow last = documents.stream().filter(document -> document.processed() == instance.p())
                .max(Comparator.comparing(InstanceWindow::end)).orElse(null);
        PlanPath path = query.path();
        String id = String.format(Locale.ROOT, "k/%s/%s/%s/%s/t/%s", query.organizationId(), query.resourceInstanceId(),
                query.consumerId(), path.joined(), instance.t());
        return new ResourceInstanceReport(id, query.organizationId(), query.spaceId(), query.consumerId(), resourceId,
                query.resourceInstanceId(), path.planId(), path.meteringPlanId(), path.ratingPlanId(), path.pricingPlanId(),
                last == null ? null : last.start(), last == null ? null : last.end(), instance.p(), instance.t(),
                windows.evaluatedTo(), instance.aggregatedUsage());
    }
}
