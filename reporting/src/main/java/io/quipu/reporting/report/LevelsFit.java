package io.quipu.reporting.report;

import io.quipu.common.time.Window;
import io.quipu.common.totals.LevelSums;
import io.quipu.common.totals.MetricTotal;
import io.quipu.common.totals.OrganizationLevels;
import io.quipu.common.totals.OrganizationWindow;
import io.quipu.common.totals.PlanLevels;
import io.quipu.common.totals.PlanTotals;
import io.quipu.common.usage.Position;
import io.quipu.reporting.report.LevelTrack.Opening;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Whether the documents of an organization have counted the same changes of levels. A figure of a level takes from several: its
 * levels, a month, days. They are written in that order but not at once: levels, then days, then months. So the months are read
 * first, the days and the levels after them: what a month has counted these have, too. They have nothing more,
 *
 * <ul>
 * <li>when no day is ahead of its month: all usage that concerns a day concerns its month, so their watermarks can be
 * compared;</li>
 * <li>when by the levels each month has changed, in the organization and in each space, by what the month's own document says.
 * Watermarks do not tell: a position of the levels need not concern a month at all. Only changes that cancel out within the
 * month, metric by metric and space by space, could pass unnoticed while they are being written.</li>
 * </ul>
 */
final class LevelsFit {

    private LevelsFit() {
    }

    private record Place(String spaceId, PlanKey plan, String metric) {
    }

    /**
     * Whether they fit together.
     *
     * @param months the months of everything shown
     * @param documents the documents that were read, by window
     * @param levels the levels
     */
    static boolean fit(Set<Window> months, Map<Window, OrganizationWindow> documents, OrganizationLevels levels) {
        for (OrganizationWindow document : documents.values()) {
            if (document.window().unit() == Window.Unit.DAY
                    && position(document) > position(documents.get(Window.month(document.window().from())))) {
                return false;
            }
        }
        return months.stream().allMatch(month -> changes(documents.get(month)).equals(changes(month, levels)));
    }

    private static long position(OrganizationWindow document) {
        return document == null ? Position.NONE : document.watermark().position();
    }

    private static Map<Place, Opening> changes(OrganizationWindow month) {
        Map<Place, Opening> changes = new HashMap<>();
        if (month != null) {
            addTotals(changes, null, month.plans());
            month.spaces().forEach(space -> addTotals(changes, space.spaceId(), space.plans()));
        }
        return withoutZeros(changes);
    }

    private static void addTotals(Map<Place, Opening> changes, String spaceId, List<PlanTotals> plans) {
        for (PlanTotals plan : plans) {
            for (MetricTotal metric : plan.metrics()) {
                LevelSums level = metric.level();
                if (level != null) {
                    changes.merge(new Place(spaceId, PlanKey.of(plan), metric.metric()),
                            Opening.NONE.plus(level), Opening::plus);
                }
            }
        }
    }

    private static Map<Place, Opening> changes(Window month, OrganizationLevels levels) {
        Map<Place, Opening> changes = new HashMap<>();
        addLevels(changes, null, month, levels.plans());
        levels.spaces().forEach(space -> addLevels(changes, space.spaceId(), month, space.plans()));
        return withoutZeros(changes);
    }

    private static void addLevels(Map<Place, Opening> changes, String spaceId, Window month, List<PlanLevels> plans) {
        for (PlanLevels plan : plans) {
            plan.metrics().forEach(metric -> metric.months().stream().filter(change -> change.month().equals(month))
                    .forEach(change -> changes.merge(new Place(spaceId, PlanKey.of(plan), metric.metric()),
                            Opening.of(change), Opening::plus)));
        }
    }

    private static Map<Place, Opening> withoutZeros(Map<Place, Opening> changes) {
        changes.values().removeIf(Opening::none);
        changes.replaceAll((place, change) -> change.normalized());
        return changes;
    }
}
