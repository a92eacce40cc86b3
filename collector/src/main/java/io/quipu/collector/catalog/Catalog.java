package io.quipu.collector.catalog;

import io.quipu.common.plan.MeteringPlan;
import io.quipu.common.plan.PlanVersion;
import io.quipu.common.plan.Price;
import io.quipu.common.plan.PricingPlan;
import io.quipu.common.plan.RatingPlan;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.usage.Pin;
import io.quipu.common.web.Problem;
import io.quipu.common.wire.Json;
import java.time.Clock;
import java.util.Optional;

/**
 * The catalog of a deployment: plans, mappings, accounts; and under which terms a usage is accepted. Thread-safe.
 *
 * <p>What is resolved is remembered for a while, so that accepting a usage needs no access to the store; a change made
 * through this instance is seen at once, one made through another within {@code quipu.catalog.max-age}.
 */
public final class Catalog {

    private final CatalogStore store;
    private final Resolutions resolutions;
    private final Plans plans;
    private final Provisioning provisioning;
    private final Accounts accounts;

    /** The catalog on a store. */
    public Catalog(DocumentStore documents, Clock clock, AccountProperties accountProperties,
            CatalogProperties catalogProperties) {
        this.store = new CatalogStore(documents);
        this.resolutions = new Resolutions(catalogProperties.maxAge(), clock);
        this.plans = new Plans(store, resolutions, new FormulaExpressions());
        this.provisioning = new Provisioning(store, resolutions);
        this.accounts = new Accounts(store, resolutions, accountProperties);
    }

    /** The plans. */
    public Plans plans() {
        return plans;
    }

    /** Resource types and mappings. */
    public Provisioning provisioning() {
        return provisioning;
    }

    /** Who pays for whom. */
    public Accounts accounts() {
        return accounts;
    }

    /**
     * The terms under which usage of a resource's plan is accepted now. The plan version they name is durably stored, and
     * so is the organization's currency.
     *
     * @throws Problem 404 {@code organization_not_found}; 422 {@code resource_not_found}, {@code plan_not_found}, {@code
     *     price_not_found}, {@code price_not_usable} or {@code currency_fixed}
     */
    public Terms resolve(String organizationId, String resourceId, String planId) {
        Account account = account(organizationId);
        Resolutions.TermsKey key = new Resolutions.TermsKey(account.accountId(), account.pricingCountry(),
                account.currency(), resourceId, planId);
        Optional<Terms> known = resolutions.terms().get(key);
        if (known.isPresent()) {
            return known.get();
        }
        long generation = resolutions.terms().generation();
        Terms terms = read(account, resourceId, planId);
        resolutions.terms().put(generation, key, terms);
        return terms;
    }

    /** A plan version that some usage was accepted under. */
    public Optional<PlanVersion> planVersion(String id) {
        Optional<PlanVersion> known = resolutions.planVersions().get(id);
        if (known.isPresent()) {
            return known;
        }
        long generation = resolutions.planVersions().generation();
        Optional<PlanVersion> stored = store.read(CatalogKey.planVersion(id)).map(read -> read.document().plan());
        stored.ifPresent(plan -> resolutions.planVersions().put(generation, id, plan));
        return stored;
    }

    private Account account(String organizationId) {
        Optional<Resolutions.Payer> known = resolutions.payers().get(organizationId);
        long generation = resolutions.payers().generation();
        Resolutions.Payer payer = known.orElseGet(() -> accounts.payer(organizationId));
        if (!payer.currencyFixed()) {
            // Whoever is faster with another currency is found by the next reading.
            if (!accounts.fixCurrency(organizationId, payer.account().currency())) {
                payer = accounts.payer(organizationId);
            }
            payer = new Resolutions.Payer(payer.account(), true);
        }
        if (known.isEmpty()) {
            resolutions.payers().put(generation, organizationId, payer);
        }
        return payer.account();
    }

    private Terms read(Account account, String resourceId, String planName) {
        String type = provisioning.type(resourceId);
        MeteringPlan metering = plan(PlanKind.METERING, type, resourceId, planName, MeteringPlan.class);
        RatingPlan rating = plan(PlanKind.RATING, type, resourceId, planName, RatingPlan.class);
        PricingPlan pricing = plan(PlanKind.PRICING, type, resourceId, planName, PricingPlan.class);
        PlanVersion version = new PlanVersion(planName, metering, rating, pricing);
        metering.metrics().forEach(metric -> checkPrice(version, metric.name(), account));
        String id = Json.id(version);
        // false when it is there already: the same, since the id is its hash
        store.insert(CatalogKey.planVersion(id), new StoredPlanVersion(CatalogDocument.FORMAT, id, version));
        return new Terms(new Pin(account.accountId(), account.pricingCountry(), account.currency(), type, id), version);
    }

    private <T> T plan(PlanKind kind, String type, String resourceId, String planName, Class<T> definition) {
        String planId = provisioning.planId(kind, type, planName).orElseThrow(() -> unmapped(kind, type, resourceId,
                planName));
        return store.read(CatalogKey.plan(kind, planId)).map(read -> read.document().definition(definition))
                .orElseThrow(() -> Problem.of(422, "plan_not_found", "The plan " + planName + " of the resource "
                        + resourceId + " is mapped to the " + kind.id() + " plan " + planId + ", which does not exist"));
    }

    private Problem unmapped(PlanKind kind, String type, String resourceId, String planName) {
        if (kind == PlanKind.METERING && store.read(CatalogKey.knownType(type)).isEmpty()) {
            return Problem.of(422, "resource_not_found", "There is no resource " + resourceId);
        }
        return Problem.of(422, "plan_not_found", "The resource " + resourceId + " has no plan " + planName
                + " that is mapped to a " + kind.id() + " plan");
    }

    /** A metric with a price list must have a price for the account: usage is never billed as zero by accident. */
    private static void checkPrice(PlanVersion version, String metric, Account account) {
        if (!version.pricing().priced(metric)) {
            return;
        }
        Price price = version.pricing().price(metric, account.pricingCountry(), account.currency())
                .orElseThrow(() -> Problem.of(422, "price_not_found", "The pricing plan " + version.pricing().planId()
                        + " has no price of " + metric + " for " + account.pricingCountry() + " in "
                        + account.currency()));
        version.rating().rate(metric).mismatch(price).ifPresent(mismatch -> {
            throw Problem.of(422, "price_not_usable", "The price of " + metric + " in the pricing plan "
                    + version.pricing().planId() + " does not fit its rate: " + mismatch);
        });
    }
}
