package io.quipu.collector.catalog;

import io.quipu.collector.catalog.Resolutions.Payer;
import io.quipu.common.web.Problem;
import io.quipu.common.web.Violation;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Who pays for whom. An organization belongs to the account that both lists it and is named by its {@link Membership}:
 * the account is written first, so a registration that breaks off in between has registered nobody by halves. Others are
 * on the default account, or refused where accounts are strict. Where a plugin keeps the accounts, it says all that; only the
 * currency of an organization's totals is still written down here. Thread-safe.
 */
public final class Accounts {

    private final CatalogStore store;
    private final Resolutions resolutions;
    private final AccountProperties properties;
    private final Optional<AccountPlugin> plugin;
    private final Clock clock;

    Accounts(CatalogStore store, Resolutions resolutions, AccountProperties properties, Optional<AccountPlugin> plugin,
            Clock clock) {
        this.store = store;
        this.resolutions = resolutions;
        this.properties = properties;
        this.plugin = plugin;
        this.clock = clock;
    }

    /**
     * An account with the organizations that belong to it now.
     *
     * @throws Problem 404 {@code account_not_found} where accounts are strict; else an unknown account looks like the
     *     default one, as in Abacus; 503 {@code account_unavailable}
     */
    public Account find(String accountId) {
        if (plugin.isPresent()) {
            return plugin.get().account(accountId).map(body -> AccountReader.ofPlugin("the account " + Members.shown(accountId),
                    body)).orElseThrow(() -> unknown(accountId));
        }
        Optional<Account> account = stored(accountId);
        if (account.isEmpty() && properties.strict()) {
            throw unknown(accountId);
        }
        return account.map(this::settled).orElseGet(() -> standard(accountId));
    }

    /**
     * The account that pays for an organization, with all organizations that belong to it.
     *
     * @throws Problem 404 {@code organization_not_found} where accounts are strict and none does; 503 {@code
     *     account_unavailable}
     */
    public Account ofOrganization(String organizationId) {
        Account account = payer(organizationId).account();
        return plugin.isPresent() ? account : settled(account);
    }

    private static Problem unknown(String accountId) {
        return Problem.of(404, "account_not_found", "There is no account " + accountId);
    }

    /**
     * Registers an account or changes it, and moves the organizations it lists to it. One that it no longer lists
     * belongs to nobody.
     *
     * @throws Problem 400 {@code invalid} with all violations; 409 {@code currency_fixed} when the account, or an
     *     organization, has another currency; 501 {@code kept_by_plugin}
     */
    public void register(String accountId, JsonNode body) {
        if (plugin.isPresent()) {
            throw Plugin.ACCOUNTS.keeps("Accounts");
        }
        Members.checkIdOrThrow("account_id", accountId);
        CatalogKey<Account> key = CatalogKey.account(accountId);
        for (int attempt = 0; attempt < CatalogStore.MAX_ATTEMPTS; attempt++) {
            Optional<CatalogStore.Read<Account>> before = store.read(key);
            Optional<Account> known = before.map(CatalogStore.Read::document)
                    .or(() -> Optional.of(standard(accountId)).filter(a -> accountId.equals(properties.defaultAccountId())));
            Account account = AccountReader.read(accountId, body, known);
            keepCurrency(known, account);
            if (before.isPresent() && before.get().document().equals(account) || store.put(key, before, account)) {
                try {
                    account.organizations().forEach(organization -> join(organization, account));
                } finally {
                    // some may have joined already
                    resolutions.changed();
                }
                return;
            }
        }
        throw CatalogStore.contended("the account " + accountId);
    }

    /**
     * Refuses usage of an account whose license is not supported.
     *
     * @throws Problem 451 {@code license_not_supported}
     */
    void checkLicense(Account account) {
        if (properties.unsupportedLicenses().contains(account.licenseType())) {
            throw Problem.of(451, "license_not_supported", "The account " + account.accountId() + " has the license "
                    + account.licenseType() + ", under which no usage is taken");
        }
    }

    /**
     * Who pays for an organization, read from the store or the plugin.
     *
     * @throws Problem 404 {@code organization_not_found}; 422 {@code currency_fixed} when the organization's totals are
     *     in another currency than that of the account it is on; 503 {@code account_unavailable}
     */
    Payer payer(String organizationId) {
        Optional<Membership> membership = store.read(CatalogKey.membership(organizationId))
                .map(CatalogStore.Read::document);
        Account account = plugin.isPresent() ? ofPlugin(organizationId) : own(organizationId, membership);
        if (membership.isPresent() && !membership.get().currency().equals(account.currency())) {
            throw Problem.of(422, "currency_fixed", "The totals of the organization " + organizationId + " are in "
                    + membership.get().currency() + ", and the account " + account.accountId() + " pays in "
                    + account.currency() + ": register the organization with an account in its currency");
        }
        return new Payer(account, membership.isPresent());
    }

    private Account own(String organizationId, Optional<Membership> membership) {
        Optional<Account> registered = membership.map(Membership::accountId).flatMap(this::stored)
                .filter(account -> account.organizations().contains(organizationId));
        if (registered.isEmpty() && properties.strict()) {
            throw unregistered(organizationId);
        }
        return registered.orElseGet(() -> stored(properties.defaultAccountId())
                .orElseGet(() -> standard(properties.defaultAccountId())));
    }

    private Account ofPlugin(String organizationId) {
        return plugin.get().accountOf(organizationId, PluginTime.of(clock)).map(body -> AccountReader.ofPlugin(
                "the account of the organization " + Members.shown(organizationId), body))
                .orElseThrow(() -> unregistered(organizationId));
    }

    private static Problem unregistered(String organizationId) {
        return Problem.of(404, "organization_not_found", "The organization " + organizationId + " is not registered")
                .with("error", "Missing account information for organization " + organizationId);
    }

    /** Writes down the currency of an organization that has none yet; whether it had none. */
    boolean fixCurrency(String organizationId, String currency) {
        return store.insert(CatalogKey.membership(organizationId),
                new Membership(CatalogDocument.FORMAT, organizationId, null, currency));
    }

    /**
     * The membership of an organization; it gets one, as with a usage, when it had none and an account pays for it. Empty when
     * nobody ever did.
     */
    Optional<Membership> membership(String organizationId, Optional<Account> payer) {
        Optional<Membership> known = store.read(CatalogKey.membership(organizationId)).map(CatalogStore.Read::document);
        if (known.isPresent() || payer.isEmpty()) {
            return known;
        }
        // false when it was registered, or used, at this very moment: then that is read
        fixCurrency(organizationId, payer.get().currency());
        return store.read(CatalogKey.membership(organizationId)).map(CatalogStore.Read::document);
    }

    private void join(String organizationId, Account account) {
        CatalogKey<Membership> key = CatalogKey.membership(organizationId);
        Membership membership = new Membership(CatalogDocument.FORMAT, organizationId, account.accountId(),
                account.currency());
        for (int attempt = 0; attempt < CatalogStore.MAX_ATTEMPTS; attempt++) {
            Optional<CatalogStore.Read<Membership>> before = store.read(key);
            if (before.isPresent() && !before.get().document().currency().equals(account.currency())) {
                throw currencyFixed(List.of(taken(before.get().document(), account)));
            }
            if (before.isPresent() && before.get().document().equals(membership) || store.put(key, before, membership)) {
                return;
            }
        }
        throw CatalogStore.contended("the account of the organization " + organizationId);
    }

    private void keepCurrency(Optional<Account> before, Account account) {
        List<Violation> violations = new ArrayList<>();
        before.map(Account::currency).filter(currency -> !currency.equals(account.currency()))
                .ifPresent(currency -> violations.add(new Violation("currency", "currency_fixed",
                        "is " + currency + " for ever, and would be " + account.currency())));
        memberships(account).stream().flatMap(Optional::stream)
                .filter(membership -> !membership.currency().equals(account.currency()))
                .forEach(membership -> violations.add(taken(membership, account)));
        if (!violations.isEmpty()) {
            throw currencyFixed(violations);
        }
    }

    private static Violation taken(Membership membership, Account account) {
        return new Violation("organizations", "currency_fixed", "the totals of " + membership.organizationId() + " are in "
                + membership.currency() + ", and the account would be in " + account.currency());
    }

    private static Problem currencyFixed(List<Violation> violations) {
        return Problem.of(409, "currency_fixed", "An organization's totals are in one currency for ever: "
                + "take another account").with(violations);
    }

    private List<Optional<Membership>> memberships(Account account) {
        return store.read(account.organizations().stream().map(CatalogKey::membership).toList()).stream()
                .map(read -> read.map(CatalogStore.Read::document)).toList();
    }

    /** The account without the organizations that have moved to another one. */
    private Account settled(Account account) {
        List<String> belonging = memberships(account).stream().flatMap(Optional::stream)
                .filter(membership -> account.accountId().equals(membership.accountId()))
                .map(Membership::organizationId).toList();
        return new Account(account.version(), account.accountId(), belonging, account.pricingCountry(),
                account.currency(), account.licenseType());
    }

    private Optional<Account> stored(String accountId) {
        return store.read(CatalogKey.account(accountId)).map(CatalogStore.Read::document);
    }

    private Account standard(String accountId) {
        return new Account(CatalogDocument.FORMAT, accountId, List.of(), properties.defaultCountry(),
                properties.defaultCurrency(), Account.NO_LICENSE);
    }
}
