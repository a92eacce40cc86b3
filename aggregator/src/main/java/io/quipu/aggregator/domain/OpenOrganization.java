package io.quipu.aggregator.domain;

import io.quipu.common.stage.Watermark;
import io.quipu.common.time.Window;
import io.quipu.common.totals.OrganizationWindow;
import io.quipu.common.usage.AccumulatedUsage;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
        super(window.unit() == Window.Unit.DAY ? Phase.DAYS : Phase.MONTHS, window,
                before.map(OrganizationWindow::watermark).orElse(Watermark.NONE),
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

    /** How many plan totals a usage of that space and those plans would add: 0 to 2 a plan. */
    int added(String spaceId, Set<PlanKey> plans) {
        OpenTotals space = spaces.get(spaceId);
        return totals.missing(plans) + (space == null ? plans.size() : space.missing(plans));
    }

    /** A window in which nothing was used but levels change has an account and a currency too. */
    @Override
    void foldLevels(UsageEffects effects) {
        Map<PlanKey, LevelEffects.PlanEffects> changes = effects.levels().in(window());
        if (changes.isEmpty()) {
            return;
        }
        if (currency == null) {
            // A stop is taken also when nobody is known to pay.
            accountId = effects.usage().pin().accountId().isEmpty() ? null : effects.usage().pin().accountId();
            currency = effects.levels().currencies(window()).iterator().next();
        }
        totals.addLevels(changes);
        space(effects.usage().origin().spaceId()).addLevels(changes);
        for (Window hour : hours(effects)) {
            totals.addHourLevels(hour, effects.levels().in(hour));
        }
    }

    @Override
    void checkBounds(UsageEffects effects) {
        Map<PlanKey, LevelEffects.PlanEffects> changes = effects.levels().in(window());
        // What a space holds is a part of it, but parts may be larger than their sum.
        totals.checkBounds(window(), changes);
        spaces.getOrDefault(effects.usage().origin().spaceId(), new OpenTotals()).checkBounds(window(), changes);
        for (Window hour : hours(effects)) {
            totals.checkHourBounds(hour, effects.levels().in(hour));
        }
    }

    private List<Window> hours(UsageEffects effects) {
        return window().unit() == Window.Unit.DAY ? effects.levels().hours(window()) : List.of();
    }

    private OpenTotals space(String spaceId) {
        return spaces.computeIfAbsent(spaceId, space -> new OpenTotals());
    }

    @Override
    void foldOwn(AccumulatedUsage usage, RatedChanges changes) {
        accountId = usage.pin().accountId();
        currency = usage.pin().currency();
        start = usage.origin().start();
        end = usage.origin().end();
        Window.Unit unit = window().unit();
        changes.addTo(totals, unit);
        changes.addTo(space(usage.origin().spaceId()), unit);
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
