package io.quipu.accumulator.domain;

import io.quipu.accumulator.domain.Timeline.LevelMonths;
import io.quipu.accumulator.domain.Timeline.Terms;
import io.quipu.common.stage.Watermark;
import io.quipu.common.totals.InstanceLevels;
import io.quipu.common.totals.PlanLevels;
import io.quipu.common.totals.PlanLevels.MetricLevels;
import io.quipu.common.usage.Consumer;
import io.quipu.common.usage.PlanPath;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What reports take from a timeline: its months without its entries, which are most of it. A {@link Timeline} is also a document of
 * this; one of a release that did not know the months must be read whole.
 *
 * @param version the format
 * @param organizationId the organization
 * @param spaceId the space
 * @param consumerId the consumer
 * @param resourceId the resource
 * @param resourceInstanceId the instance
 * @param watermark how far it has come in the log
 * @param terms what levels ran or run under
 * @param months by how much the levels have changed in each month; null where only the entries tell
 * @param uncounted up to when changes are not in the windows; null when all are
 * @param processed the log time at which the last entry was accepted; null when that is not known
 */
public record TimelineMonths(int version, String organizationId, String spaceId, String consumerId, String resourceId,
        String resourceInstanceId, Watermark watermark, List<Terms> terms, List<LevelMonths> months, Long uncounted,
        Long processed) {

    /** Copies the lists; refuses a format of a newer release. */
    public TimelineMonths {
        Timeline.check(version);
        terms = List.copyOf(terms);
        months = months == null ? null : List.copyOf(months);
    }

    /** The months of a whole document, of whatever release. */
    public static TimelineMonths of(Timeline document) {
        List<Terms> terms = new ArrayList<>();
        List<LevelMonths> months = OpenMonths.of(document).sealed(under -> {
            terms.add(under);
            return terms.size() - 1;
        });
        return new TimelineMonths(document.version(), document.organizationId(), document.spaceId(), document.consumerId(),
                document.resourceId(), document.resourceInstanceId(), document.watermark(), terms, months,
                OpenMonths.uncounted(document), document.processed());
    }

    /** Whose timeline it is. */
    public TimelineKey key() {
        return new TimelineKey(new Consumer(organizationId, spaceId, consumerId), resourceId, resourceInstanceId);
    }

    /** By how much the levels have changed under a plan path, month by month; empty when they have not on the whole. */
    public Optional<InstanceLevels> levels(PlanPath path) {
        List<LevelMonths> own = months.stream().filter(metric -> terms.get(metric.terms()).path().equals(path)).toList();
        if (own.isEmpty()) {
            return Optional.empty();
        }
        PlanLevels plan = new PlanLevels(resourceId, path, terms.get(own.get(0).terms()).plan(), own.stream()
                .map(metric -> new MetricLevels(metric.metric(), metric.months().stream()
                        .map(month -> new PlanLevels.MonthChange(month.month(), month.change(), BigDecimal.ZERO)).toList()))
                .toList());
        return Optional.of(new InstanceLevels(organizationId, spaceId, consumerId, resourceInstanceId, watermark.position(),
                processed == null ? 0 : processed, uncounted == null ? 0 : uncounted + 1, plan));
    }
}
