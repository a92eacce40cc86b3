package io.quipu.collector.catalog;

import io.quipu.common.plan.PlanVersion;
import java.time.Clock;
import java.time.Duration;

/**
 * What was resolved of late, forgotten with every change of the catalog that this instance makes, and at its age for the
 * changes that others make. Plan versions are immutable and only bounded in number.
 */
final class Resolutions {

    /** Organizations whose account is remembered. */
    static final int MAX_PAYERS = 50_000;

    /** Combinations of account, resource and plan whose terms are remembered. */
    static final int MAX_TERMS = 10_000;

    /** Types of resources, and plans, of a plugin that are remembered. */
    static final int MAX_OF_PLUGINS = 10_000;

    /** Plan versions that are remembered. */
    static final int MAX_PLAN_VERSIONS = 1_000;

    /**
     * Who pays for an organization.
     *
     * @param account the account
     * @param currencyFixed whether the organization's currency is durably written down
     */
    record Payer(Account account, boolean currencyFixed) {
    }

    /**
     * What terms depend on: not the organization, so that those of one account share them.
     *
     * @param organizationId the organization where a plugin says which plans it has, else null
     */
    record TermsKey(String organizationId, String accountId, String country, String currency, String resourceId,
            String planId) {
    }

    /** A plan of a plugin. */
    record PlanKey(PlanKind kind, String planId) {
    }

    private final RecentCache<String, Payer> payers;
    private final RecentCache<TermsKey, Terms> terms;
    private final RecentCache<String, PlanVersion> planVersions;
    private final RecentCache<String, String> types;
    private final RecentCache<PlanKey, CatalogPlan> plans;

    Resolutions(Duration maxAge, Clock clock) {
        this.payers = new RecentCache<>(MAX_PAYERS, maxAge, clock);
        this.terms = new RecentCache<>(MAX_TERMS, maxAge, clock);
        this.planVersions = new RecentCache<>(MAX_PLAN_VERSIONS, Duration.ofMillis(Long.MAX_VALUE), clock);
        this.types = new RecentCache<>(MAX_OF_PLUGINS, maxAge, clock);
        this.plans = new RecentCache<>(MAX_OF_PLUGINS, maxAge, clock);
    }

    RecentCache<String, Payer> payers() {
        return payers;
    }

    RecentCache<TermsKey, Terms> terms() {
        return terms;
    }

    RecentCache<String, PlanVersion> planVersions() {
        return planVersions;
    }

    /** Types of resources, of a plugin. */
    RecentCache<String, String> types() {
        return types;
    }

    /** Plans, of a plugin. */
    RecentCache<PlanKey, CatalogPlan> plans() {
        return plans;
    }

    /** The catalog was changed. */
    void changed() {
        payers.clear();
        terms.clear();
    }
}
