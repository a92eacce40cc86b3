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
        for (Window month : months) {
            if (!fit(month, documents.get(month), levels)) {
                return false;
            }
        }
        return true;
    }

    /** Whether nothing is left of a month's own changes when those are taken off that the levels tell. */
    private static boolean fit(Window month, OrganizationWindow document, OrganizationLevels levels) {
        Map<Place, Opening> left = new HashMap<>();
        if (document != null) {
            add(left, null, document.plans());
            document.spaces().forEach(space -> add(left, space.spaceId(), space.plans()));
        }
        takeOff(left, null, month, levels.plans());
        levels.spaces().forEach(space -> takeOff(left, space.spaceId(), month, space.plans()));
        for (Opening change : left.values()) {
            if (!change.none()) {
                return false;
            }
        }
        return true;
    }

    private static long position(OrganizationWindow document) {
        return document == null ? Position.NONE : document.watermark().position();
    }

    private static void add(Map<Place, Opening> left, String spaceId, List<PlanTotals> plans) {
        for (PlanTotals plan : plans) {
            for (MetricTotal metric : plan.metrics()) {
                LevelSums level = metric.level();
                if (level != null) {
                    left.merge(new Place(spaceId, PlanKey.of(plan), metric.metric()), Opening.NONE.plus(level), Opening::plus);
                }
            }
        }
    }

    private static void takeOff(Map<Place, Opening> left, String spaceId, Window month, List<PlanLevels> plans) {
        for (PlanLevels plan : plans) {
            for (PlanLevels.MetricLevels metric : plan.metrics()) {
                for (PlanLevels.MonthChange change : metric.months()) {
                    if (change.month().equals(month)) {
                        left.merge(new Place(spaceId, PlanKey.of(plan), metric.metric()), Opening.NONE.minus(Opening.of(change)),
                                Opening::plus);
                    }
                }
            }
        }
    }
}
