package io.quipu.aggregator.domain;

import io.quipu.common.stage.Watermark;
import io.quipu.common.time.Window;
import io.quipu.common.totals.OrganizationWindow;
import io.quipu.common.usage.AccumulatedUsage;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** An organization's window while a batch is folded in it. Confined to one attempt. */
final class OpenOrganization extends OpenWindow {

    private final String organizationId;
    private final OpenTotals totals;
    private final SortedMap<String, OpenTotals> spaces = new TreeMap<>();
    private String accountId;
    private String currency;
    private long start;
    private long end;

    OpenOrganization(String organizationId, Window window, Optional<OrganizationWindow> before) {
        super(window, before.map(OrganizationWindow::watermark).orElse(Watermark.NONE),
                before.map(OrganizationWindow::processed).orElse(0L));
        this.organizationId = organizationId;
        this.totals = before.map(document -> OpenTotals.of(document.plans())).orElseGet(OpenTotals::new);
        before.ifPresent(document -> {
            if (!document.organizationId().equals(organizationId) || !document.window().equals(window)) {
                throw new IllegalStateException("another document has the key of " + organizationId + " " + window);
            }
            document.spaces().forEach(space -> spaces.put(space.spaceId(), OpenTotals.of(space.plans())));
            accountId = document.accountId();
            currency = document.currency();
            start = document.start();
            end = document.end();
        });
    }

    OpenTotals totals() {
        return totals;
    }

    /** The currency of its costs, once something was folded. */
    Optional<String> currency() {
        return Optional.ofNullable(currency);
    }

    /** How many plan totals the document holds, over the organization and its spaces. */
    int entries() {
        return totals.size() + spaces.values().stream().mapToInt(OpenTotals::size).sum();
    }

    /** How many plan totals a usage of that space and plan would add: 0, 1 or 2. */
    int added(String spaceId, PlanKey plan) {
        OpenTotals space = spaces.get(spaceId);
        return (totals.contains(plan) ? 0 : 1) + (space != null && space.contains(plan) ? 0 : 1);
    }

    @Override
    void fold(AccumulatedUsage usage, RatedChanges changes) {
        accountId = usage.pin().accountId();
        currency = usage.pin().currency();
        start = usage.origin().start();
        end = usage.origin().end();
        Window.Unit unit = window().unit();
        changes.addTo(totals, unit);
        changes.addTo(spaces.computeIfAbsent(usage.origin().spaceId(), space -> new OpenTotals()), unit);
        if (unit == Window.Unit.DAY) {
            changes.addHoursTo(totals);
        }
    }

    OrganizationWindow sealed(long cursor) {
        List<OrganizationWindow.SpaceTotals> sealedSpaces = spaces.entrySet().stream()
                .map(space -> new OrganizationWindow.SpaceTotals(space.getKey(), space.getValue().sealed())).toList();
        return new OrganizationWindow(OrganizationWindow.VERSION, organizationId, window(), watermark().pruned(cursor),
                accountId, currency, start, end, processed(), totals.sealed(), sealedSpaces);
    }
}
