package io.quipu.aggregator.domain;

import io.quipu.common.time.Window;
import io.quipu.common.usage.Rejection;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What a document may hold. Bounds must be deterministic: what would make a document too large, or mix currencies in it,
 * rejects the usage; retrying would block the partition. Judged before anything is folded, in all documents of a usage.
 */
final class Limits {

    private final UsageEffects effects;
    private final PlanKey own;
    private final String organizationId;
    private final String spaceId;

    /**
     * The limits of a usage.
     *
     * @param own what its totals in its own windows are kept by
     */
    Limits(UsageEffects effects, PlanKey own) {
        this.effects = effects;
        this.own = own;
        this.organizationId = effects.usage().origin().organizationId();
        this.spaceId = effects.usage().origin().spaceId();
    }

    /** Why the usage does not fit in its documents, if it does not. */
    Optional<Rejection> exceeded(Involved involved) {
        for (OpenOrganization organization : involved.organizations()) {
            Optional<Rejection> exceeded = exceeded(organization);
            if (exceeded.isPresent()) {
                return exceeded;
            }
        }
        for (OpenConsumer consumer : involved.consumers()) {
            int added = consumer.totals().missing(plans(consumer.window()));
            if (added > 0 && consumer.totals().size() + added > OrganizationAggregation.MAX_CONSUMER_ENTRIES) {
                return tooMany("consumer " + effects.usage().origin().consumerId(), consumer.totals().size(),
                        "plan totals in " + consumer.window(), OrganizationAggregation.MAX_CONSUMER_ENTRIES);
            }
        }
        return involved.organizationLevels().flatMap(this::exceeded)
                .or(() -> involved.consumerLevels().flatMap(this::exceeded));
    }

    private Optional<Rejection> exceeded(OpenOrganization organization) {
        int added = organization.added(spaceId, plans(organization.window()));
        if (added > 0 && organization.entries() + added > OrganizationAggregation.MAX_ENTRIES) {
            return tooMany("organization " + organizationId, organization.entries(),
                    "plan totals in " + organization.window(), OrganizationAggregation.MAX_ENTRIES);
        }
        Optional<String> charged = organization.currency();
        for (String currency : currencies(organization.window())) {
            if (charged.isPresent() && !charged.get().equals(currency)) {
                return rejected("currency_mismatch", "organization " + organizationId + " is charged in "
                        + charged.get() + " in " + organization.window() + ", the usage in " + currency);
            }
            charged = Optional.of(currency);
        }
        return Optional.empty();
    }

    private Optional<Rejection> exceeded(OpenOrganizationLevels levels) {
        int added = levels.added(spaceId, effects.levels());
        return added > 0 && levels.entries() + added > OrganizationAggregation.MAX_LEVELS
                ? tooMany("organization " + organizationId, levels.entries(), "metrics with levels",
                        OrganizationAggregation.MAX_LEVELS)
                : Optional.empty();
    }

    private Optional<Rejection> exceeded(OpenConsumerLevels consumer) {
        int added = consumer.levels().missing(effects.levels());
        return added > 0 && consumer.levels().size() + added > OrganizationAggregation.MAX_CONSUMER_LEVELS
                ? tooMany("consumer " + effects.usage().origin().consumerId(), consumer.levels().size(), "metrics with levels",
                        OrganizationAggregation.MAX_CONSUMER_LEVELS)
                : Optional.empty();
    }

    /** The plans of which a window has totals once the usage is folded. */
    private Set<PlanKey> plans(Window window) {
        Set<PlanKey> changed = effects.levels().in(window).keySet();
        return effects.own(window) ? with(own, changed) : changed;
    }

    /** The currencies in which the usage is charged in a window, its own first. */
    private Set<String> currencies(Window window) {
        Set<String> changed = effects.levels().currencies(window);
        return effects.own(window) ? with(effects.usage().pin().currency(), changed) : changed;
    }

    private static <T> Set<T> with(T first, Set<T> changed) {
        if (changed.isEmpty()) {
            return Set.of(first);
        }
        Set<T> all = new LinkedHashSet<>();
        all.add(first);
        all.addAll(changed);
        return all;
    }

    private Optional<Rejection> tooMany(String whose, int entries, String what, int limit) {
        return rejected("too_many_plans", whose + " has " + entries + " " + what + ", the limit is " + limit);
    }

    private Optional<Rejection> rejected(String code, String reason) {
        return Optional.of(new Rejection(effects.usage().position(), OrganizationAggregation.STAGE, code, reason));
    }
}
