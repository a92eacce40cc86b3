package io.quipu.reporting.report;

import io.quipu.common.time.Window;
import io.quipu.common.totals.OrganizationWindow;
import io.quipu.common.totals.OrganizationWindow.SpaceTotals;
import io.quipu.common.totals.PlanTotals;
import io.quipu.common.usage.Position;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The documents of an organization that a report is made of: the parents, read before their children. */
public final class OrganizationTotals {

    private final ReportWindows windows;
    private final Map<Window, OrganizationWindow> documents = new TreeMap<>();

    /**
     * The documents of a report.
     *
     * @param windows the windows of the report
     * @param documents those of {@link ReportWindows#ofOrganization} that exist
     */
    public OrganizationTotals(ReportWindows windows, List<OrganizationWindow> documents) {
        this.windows = windows;
        documents.forEach(document -> this.documents.put(document.window(), document));
    }

    /** The organization's own totals. */
    public ScopeTotals organization() {
        Map<Window, List<PlanTotals>> plans = new TreeMap<>();
        documents.forEach((window, document) -> plans.put(window, document.plans()));
        return new ScopeTotals(plans);
    }

    /** The totals of one space. */
    public ScopeTotals space(String spaceId) {
        Map<Window, List<PlanTotals>> plans = new TreeMap<>();
        documents.forEach((window, document) -> document.spaces().stream()
                .filter(space -> space.spaceId().equals(spaceId))
                .forEach(space -> plans.put(window, space.plans())));
        return new ScopeTotals(plans);
    }

    /** The spaces that have totals in a window of the children, by id. */
    public Set<String> spaces() {
        Set<String> spaces = new TreeSet<>();
        windows.ofChildren().stream().flatMap(this::document)
                .flatMap(document -> document.spaces().stream())
                .map(SpaceTotals::spaceId).forEach(spaces::add);
        return spaces;
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
