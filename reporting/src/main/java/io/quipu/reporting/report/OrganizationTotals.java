package io.quipu.reporting.report;

import io.quipu.common.time.Window;
import io.quipu.common.totals.LevelSums;
import io.quipu.common.totals.MetricTotal;
import io.quipu.common.totals.OrganizationLevels;
import io.quipu.common.totals.OrganizationLevels.SpaceLevels;
import io.quipu.common.totals.OrganizationWindow;
import io.quipu.common.totals.OrganizationWindow.SpaceTotals;
import io.quipu.common.totals.PlanLevels;
import io.quipu.common.totals.PlanTotals;
import io.quipu.common.usage.Position;
import io.quipu.reporting.report.LevelTrack.Opening;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The documents of an organization that a report is made of: the parents, read before their children. */
public final class OrganizationTotals {

    private final ReportWindows windows;
    private final Map<Window, OrganizationWindow> documents = new TreeMap<>();
    private final OrganizationLevels levels;

    /**
     * The documents of a report.
     *
     * @param windows the windows of the report
     * @param documents those of {@link ReportWindows#ofOrganization} that exist
     */
    public OrganizationTotals(ReportWindows windows, List<OrganizationWindow> documents) {
        this(windows, documents, null);
    }

    /**
     * The documents of a report.
     *
     * @param windows the windows of the report
     * @param documents those of {@link ReportWindows#ofOrganization} that exist; when there are levels, also those of {@link
     *     ReportWindows#ofOrganizationWithLevels}, the months read before the days
     * @param levels the organization's levels, read with the days; null when there are none
     */
    public OrganizationTotals(ReportWindows windows, List<OrganizationWindow> documents, OrganizationLevels levels) {
        this.windows = windows;
        this.levels = levels;
        documents.forEach(document -> this.documents.put(document.window(), document.withoutUndone()));
    }

    /** The organization's own totals. */
    public ScopeTotals organization() {
        Map<Window, List<PlanTotals>> plans = new TreeMap<>();
        documents.forEach((window, document) -> plans.put(window, document.plans()));
        return new ScopeTotals(plans, levels == null ? List.of() : levels.plans());
    }

    /** The totals of one space. */
    public ScopeTotals space(String spaceId) {
        Map<Window, List<PlanTotals>> plans = new TreeMap<>();
        documents.forEach((window, document) -> document.spaces().stream()
                .filter(space -> space.spaceId().equals(spaceId))
                .forEach(space -> plans.put(window, space.plans())));
        return new ScopeTotals(plans, levels(spaceId));
    }

    private List<PlanLevels> levels(String spaceId) {
        return levels == null ? List.of() : levels.spaces().stream().filter(space -> space.spaceId().equals(spaceId))
                .findFirst().map(SpaceLevels::plans).orElse(List.of());
    }

    /** Whether there are levels, so that the documents must {@linkplain #fit fit}, and children are read with theirs. */
    public boolean hasLevels() {
        return levels != null;
    }

    /** Whether a space has levels. */
    public boolean hasLevels(String spaceId) {
        return !levels(spaceId).isEmpty();
    }

    /** How far the levels have come in the log; {@link Position#NONE} where there are none. */
    public long levelsPosition() {
        return levels == null ? Position.NONE : levels.watermark().position();
    }

    /** Whether all documents have counted the same changes of levels; without levels, whether none has any. See {@link LevelsFit}. */
    public boolean fit() {
        return levels == null ? documents.values().stream().flatMap(document -> document.plans().stream())
                .flatMap(plan -> plan.metrics().stream()).allMatch(metric -> metric.level() == null)
                : LevelsFit.fit(windows.monthsOfLevels(), documents, levels);
    }

    /**
     * The time up to which levels count, as everything does: the end of the report's day. On a day that is not over, now; or the
     * last change on it, which may lie a little ahead. It is the same for all scopes, so that children add up to their parents.
     */
    public long until() {
        return levels == null ? windows.levelsTo() : document(Window.day(windows.time()))
                .flatMap(day -> day.plans().stream()).flatMap(plan -> plan.metrics().stream()).map(MetricTotal::level)
                .filter(Objects::nonNull).mapToLong(LevelSums::last).reduce(windows.levelsTo(), Math::max);
    }

    /** The spaces that have totals in a window of the children, or a level or a change of it by then, by id. */
    public Set<String> spaces() {
        Set<String> spaces = new TreeSet<>();
        windows.ofChildren().stream().flatMap(this::document)
                .flatMap(document -> document.spaces().stream())
                .map(SpaceTotals::spaceId).forEach(spaces::add);
        if (levels != null) {
            Window first = windows.firstMonth();
            for (SpaceLevels space : levels.spaces()) {
                if (runs(space.plans(), first)) {
                    spaces.add(space.spaceId());
                }
            }
        }
        return spaces;
    }

    /** Whether some level is not zero when the first month begins, or changes by the last: it may show something. */
    private boolean runs(List<PlanLevels> plans, Window first) {
        for (PlanLevels plan : plans) {
            for (PlanLevels.MetricLevels metric : plan.metrics()) {
                Opening opening = Opening.NONE;
                for (PlanLevels.MonthChange change : metric.months()) {
                    if (change.month().compareTo(first) < 0) {
                        opening = opening.plus(Opening.of(change));
                    } else if (change.month().compareTo(windows.month()) <= 0) {
                        return true;
                    }
                }
                if (!opening.none()) {
                    return true;
                }
            }
        }
        return false;
    }

    /** How far the document of a window has come in the log; {@link Position#NONE} where there is none. */
    public long position(Window window) {
        return document(window).mapToLong(document -> document.watermark().position()).findFirst()
                .orElse(Position.NONE);
    }

    /** What the organization has used on the days that make up a cut month. */
    public Set<PlanKey> begun() {
        Set<PlanKey> begun = new TreeSet<>();
        windows.toDate().stream().flatMap(this::document)
                .flatMap(document -> document.plans().stream())
                .map(PlanKey::of).forEach(begun::add);
        return begun;
    }

    /** The ids of all plan versions that the documents name. */
    public Set<String> planIds() {
        Set<String> ids = new TreeSet<>();
        for (OrganizationWindow document : documents.values()) {
            document.plans().forEach(plan -> ids.add(plan.plan()));
            document.spaces().forEach(space -> space.plans().forEach(plan -> ids.add(plan.plan())));
        }
        if (levels != null) {
            levels.plans().forEach(plan -> {
                ids.add(plan.plan());
                if (plan.tariffs() != null) {
                    plan.tariffs().forEach(tariff -> ids.add(tariff.plan()));
                }
            });
            levels.spaces().forEach(space -> space.plans().forEach(plan -> ids.add(plan.plan())));
        }
        return ids;
    }

    /**
     * The document with the last usage that counts: what the report says of its account, its times and its currency.
     * That of a cut month has later usage, so it is none; nor is one that has passed nothing but rejected usage.
     */
    public Optional<OrganizationWindow> last() {
        return documents.values().stream()
                .filter(document -> document.accountId() != null)
                .filter(document -> !(windows.cut() && document.window().equals(windows.month())))
                .max(Comparator.comparing(OrganizationWindow::processed).thenComparing(OrganizationWindow::end));
    }

    private Stream<OrganizationWindow> document(Window window) {
        return Optional.ofNullable(documents.get(window)).stream();
    }
}
