package io.quipu.collector.catalog;

import io.quipu.collector.catalog.Resolutions.Payer;
import io.quipu.collector.catalog.Resolutions.TermsKey;
import io.quipu.collector.catalog.recognition.Recognition;
import io.quipu.common.plan.Accumulate;
import io.quipu.common.plan.MeteringPlan;
import io.quipu.common.plan.MetricFunctions;
import io.quipu.common.plan.PlanVersion;
import io.quipu.common.plan.Price;
import io.quipu.common.plan.PricingPlan;
import io.quipu.common.plan.Rate;
import io.quipu.common.plan.RatingPlan;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.usage.Pin;
import io.quipu.common.web.Problem;
import io.quipu.common.wire.Json;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The catalog of a deployment: plans, mappings, accounts; and under which terms a usage is accepted. Thread-safe.
 *
 * <p>What is resolved is remembered for a while, so that accepting a usage needs no access to the store; a change made
 * through this instance is seen at once, one made through another within {@code quipu.catalog.max-age}.
 */
public final class Catalog {

    /** The id of the plans of a stop that has none. */
    static final String NONE = "none";

    private static final Membership NOBODY = new Membership(CatalogDocument.FORMAT, "", null, "");

    private final CatalogStore store;
    private final Resolutions resolutions;
    private final Plans plans;
    private final Provisioning provisioning;
    private final Accounts accounts;
    private final boolean plansByOrganization;

    /** The catalog on a store. */
    public Catalog(DocumentStore documents, Clock clock, AccountProperties accountProperties,
            CatalogProperties catalogProperties) {
        this(documents, clock, accountProperties, catalogProperties, Plugins.NONE);
    }

    /** The same, parts of which are kept by plugins. */
    public Catalog(DocumentStore documents, Clock clock, AccountProperties accountProperties,
            CatalogProperties catalogProperties, Plugins plugins) {
        this.store = new CatalogStore(documents);
        this.resolutions = new Resolutions(catalogProperties.maxAge(), clock);
        this.plansByOrganization = plugins.accounts().isPresent();
        this.plans = new Plans(store, resolutions, new FormulaExpressions(), plugins.provisioning());
        this.provisioning = new Provisioning(store, resolutions, plans, plugins, clock);
        this.accounts = new Accounts(store, resolutions, accountProperties, plugins.accounts(), clock);
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
     * The terms of a usage. When they are answered, the plan version that they name and the currency of the organization
     * are durable.
     *
     * @param organizationId who uses
     * @param resourceId which resource
     * @param planId the provider's name of the plan
     * @throws Problem 404 {@code organization_not_found} where accounts are strict; 422 {@code resource_not_found} when
     *     no plan of the resource's type is mapped, {@code plan_not_found} when this one is not, or not to plans that
     *     exist, {@code price_not_found} when a price list lacks the account's country and currency, {@code
     *     price_not_usable} when the rate function cannot use the price, {@code rate_not_usable} when functions cannot rate
     *     what the metric is, {@code currency_fixed} when the organization would change its currency; 451 {@code
     *     license_not_supported}; 503 {@code provisioning_unavailable} or {@code account_unavailable} when a {@link Plugin} has no
     *     answer that can be used
     */
    public Terms resolve(String organizationId, String resourceId, String planId) {
        for (int attempt = 0; attempt < CatalogStore.MAX_ATTEMPTS; attempt++) {
            long loadedIn = resolutions.payers().generation();
            Optional<Payer> known = resolutions.payers().get(organizationId);
            Payer payer = known.orElseGet(() -> accounts.payer(organizationId));
            accounts.checkLicense(payer.account());
            Terms terms = terms(organizationId, payer.account(), resourceId, planId);
            // last, so that a usage refused for its plan fixes nothing
            if (payer.currencyFixed() || accounts.fixCurrency(organizationId, payer.account().currency())) {
                if (known.isEmpty()) {
                    // what was known already must not become younger by being used
                    resolutions.payers().put(loadedIn, organizationId, new Payer(payer.account(), true));
                }
                return terms;
            }
            // registered, or used, at this very moment: see with which account
        }
        throw CatalogStore.contended("the account of " + organizationId);
    }

    /**
     * The terms of a stop: those of a usage; where there are none, a plan version without metrics, and of the account what is
     * known, else empty texts. A stop meters nothing, and what it ends costs what it was begun with: no mapping, price or
     * account that has gone since may keep it from ending.
     *
     * @throws Problem 503 {@code contended}, {@code provisioning_unavailable}, {@code account_unavailable}; none that refuses the
     *     stop
     */
    public Terms resolveStop(String organizationId, String resourceId, String planId) {
        try {
            return resolve(organizationId, resourceId, planId);
        } catch (Problem problem) {
            if (problem.status() >= 500) {
                throw problem;
            }
        }
        PlanVersion plan = new PlanVersion(NONE, new MeteringPlan(NONE, List.of(), List.of()),
                new RatingPlan(NONE, List.of()), new PricingPlan(NONE, List.of()));
        String id = Json.id(plan);
        keep(id, plan);
        Optional<Account> account = account(organizationId);
        // The organization's own, even if no account pays in it now: in another one the stop could not stand beside its totals.
        Membership membership = accounts.membership(organizationId, account).orElse(NOBODY);
        String accountId = account.map(Account::accountId).or(() -> Optional.ofNullable(membership.accountId())).orElse("");
        return new Terms(new Pin(accountId, account.map(Account::pricingCountry).orElse(""), membership.currency(),
                provisioning.knownType(resourceId).orElse(resourceId), id), plan);
    }

    /** Who pays for an organization, if somebody does. */
    private Optional<Account> account(String organizationId) {
        try {
            return Optional.of(accounts.payer(organizationId).account());
        } catch (Problem problem) {
            if (problem.status() >= 500) {
                throw problem;
            }
            return Optional.empty();
        }
    }

    /** The definitions behind a pin; empty when there never was such a pin. */
    public Optional<PlanVersion> planVersion(String id) {
        Optional<PlanVersion> known = resolutions.planVersions().get(id);
        if (known.isPresent()) {
            return known;
        }
        Optional<PlanVersion> stored = store.read(CatalogKey.planVersion(id)).map(read -> read.document().plan());
        stored.ifPresent(plan -> remember(id, plan));
        return stored;
    }

    private Terms terms(String organizationId, Account account, String resourceId, String planId) {
        TermsKey key = new TermsKey(plansByOrganization ? organizationId : null, account.accountId(), account.pricingCountry(),
                account.currency(), resourceId, planId);
        long loadedIn = resolutions.terms().generation();
        return resolutions.terms().get(key).orElseGet(() -> {
            String type = provisioning.knownType(resourceId).orElseThrow(() -> unknown(resourceId));
            PlanVersion plan = plan(organizationId, resourceId, type, planId);
            checkPrices(plan, account);
            String id = Json.id(plan);
            keep(id, plan);
            Terms terms = new Terms(
                    new Pin(account.accountId(), account.pricingCountry(), account.currency(), type, id), plan);
            resolutions.terms().put(loadedIn, key, terms);
            return terms;
        });
    }

    private PlanVersion plan(String organizationId, String resourceId, String type, String planId) {
        List<PlanKind> kinds = List.of(PlanKind.values());
        List<Optional<String>> planIds = provisioning.planIds(organizationId, type, planId);
        List<CatalogKey<CatalogPlan>> keys = new ArrayList<>();
        for (PlanKind kind : kinds) {
            keys.add(CatalogKey.plan(kind, planIds.get(kind.ordinal())
                    .orElseThrow(() -> unmapped(kind, resourceId, type, planId))));
        }
        List<Optional<CatalogPlan>> found = plans.current(keys);
        for (PlanKind kind : kinds) {
            if (found.get(kind.ordinal()).isEmpty()) {
                throw Problem.of(422, "plan_not_found", "The plan " + planId + " of the resource " + resourceId
                        + " is mapped to the " + kind.id() + " plan " + keys.get(kind.ordinal()).ids().get(1)
                        + ", which does not exist").with(Provisioning.ERROR, "e" + kind.id().charAt(0) + "plannotfound");
            }
        }
        return new PlanVersion(planId,
                found.get(PlanKind.METERING.ordinal()).get().definition(MeteringPlan.class),
                found.get(PlanKind.RATING.ordinal()).get().definition(RatingPlan.class),
                found.get(PlanKind.PRICING.ordinal()).get().definition(PricingPlan.class));
    }

    private Problem unmapped(PlanKind kind, String resourceId, String type, String planId) {
        if (kind == PlanKind.METERING && !plansByOrganization && store.read(CatalogKey.knownType(type)).isEmpty()) {
            return unknown(named(resourceId, type));
        }
        return Problem.of(422, "plan_not_found", "The resource " + named(resourceId, type) + " has no " + kind.id()
                + " plan for its plan " + planId).with(Provisioning.ERROR, "e" + kind.id().charAt(0) + "pidnotfound");
    }

    private static Problem unknown(String resource) {
        return Problem.of(422, "resource_not_found", "There is no resource " + resource)
                .with(Provisioning.ERROR, Provisioning.NO_TYPE);
    }

    private static String named(String resourceId, String type) {
        return resourceId + (resourceId.equals(type) ? "" : " of type " + type);
    }

    /** A metric with a price list but without a price that can be used is refused, never rated as free of charge. */
    private static void checkPrices(PlanVersion plan, Account account) {
        for (MeteringPlan.Metric metric : plan.metering().metrics()) {
            if (!plan.pricing().priced(metric.name())) {
                continue;
            }
            Price price = plan.pricing().price(metric.name(), account.pricingCountry(), account.currency())
                    .orElseThrow(() -> Problem.of(422, "price_not_found", "The pricing plan " + plan.pricing().planId()
                            + " has no price of the metric " + metric.name() + " for the country "
                            + account.pricingCountry() + " in " + account.currency()));
            boolean formulas = plan.rating().formulas(metric).isPresent();
            checkRate(plan, metric, formulas);
            Rate rate = plan.rating().rate(metric.name());
            Optional<String> mismatch = formulas && price.hasFree()
                    ? Optional.of("functions need price and nothing else") : rate.mismatch(price);
            mismatch.ifPresent(reason -> {
                throw Problem.of(422, "price_not_usable", "The pricing plan " + plan.pricing().planId()
                        + " has a price of the metric " + metric.name() + " for the country " + account.pricingCountry()
                        + " in " + account.currency() + " that the rating plan " + plan.rating().planId()
                        + " cannot use: " + reason);
            });
        }
    }

    /**
     * What is weighted by time, or what events can have run as a sum of durations, is rated by a built-in function; what is not
     * weighted by time has no hours for which a price could be charged.
     */
    private static void checkRate(PlanVersion plan, MeteringPlan.Metric metric, boolean formulas) {
        boolean weighted = Accumulate.TIME_WEIGHTED.id().equals(metric.accumulate());
        boolean level = MetricFunctions.of(metric).unitOfTime().isPresent();
        boolean hours = !metric.formulas() && plan.rating().metric(metric.name()).filter(Recognition::ratesLevels).isPresent();
        if (level && formulas || hours && !weighted) {
            throw Problem.of(422, "rate_not_usable", "The rating plan " + plan.rating().planId() + " rates the metric "
                    + metric.name() + " by functions " + (formulas ? "that are not recognized" : "for what is weighted by time")
                    + ", but the metering plan " + plan.metering().planId() + (formulas
                            ? " weights it by time, or sums up durations, which needs a built-in rate such as per_unit"
                            : " does not weight it by time"));
        }
    }

    private void keep(String id, PlanVersion plan) {
        if (resolutions.planVersions().get(id).isEmpty()) {
            // false when it is there already, which is just as well: the same id is the same content
            store.insert(CatalogKey.planVersion(id), new StoredPlanVersion(CatalogDocument.FORMAT, id, plan));
            remember(id, plan);
        }
    }

    private void remember(String id, PlanVersion plan) {
        resolutions.planVersions().put(resolutions.planVersions().generation(), id, plan);
    }
}
