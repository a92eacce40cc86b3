package io.quipu.collector.catalog;

import io.quipu.common.web.Problem;
import io.quipu.common.web.Violation;
import io.quipu.common.web.Violations;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Reads accounts from outside: the body with which one is registered, and the answer of a plugin. */
final class AccountReader {

    /** Organizations of an account. */
    static final int MAX_ORGANIZATIONS = 1_000;

    /** Whose prices apply where a plugin names no country. */
    static final String ABACUS_COUNTRY = "USA";

    private static final Set<String> ACCOUNT =
            Members.names("account_id", "organizations", "pricing_country", "currency", "license_type");

    private AccountReader() {
    }

    /**
     * An account.
     *
     * @param before the account as it stands: its currency stays where the country does and none is named
     * @throws Problem 400, code {@code invalid}, with all that is wrong
     */
    static Account read(String accountId, JsonNode body, Optional<Account> before) {
        Violations violations = new Violations();
        Optional<Account> account = Members.of(body, violations).map(members -> {
            members.allow(ACCOUNT);
            members.require("account_id");
            members.id("account_id", PlanDefinition.MAX_ID_LENGTH).filter(id -> !id.equals(accountId))
                    .ifPresent(id -> members.note("account_id", "path", "must be the account id of the path"));
            List<String> organizations =
                    members.ids("organizations", PlanDefinition.MAX_ID_LENGTH, MAX_ORGANIZATIONS);
            members.require("pricing_country");
            String country = members.text("pricing_country", PlanDefinition.MAX_WORD_LENGTH).orElse("");
            String license = members.text("license_type", PlanDefinition.MAX_WORD_LENGTH).orElse(Account.NO_LICENSE);
            return new Account(CatalogDocument.FORMAT, accountId, organizations, country,
                    currency(members, country, before), license);
        });
        violations.orThrow("The account is not valid");
        return account.orElseThrow();
    }

    /**
     * The account that a plugin answers with: what it says beyond an account is its own affair. A country that it leaves out is
     * {@link #ABACUS_COUNTRY}, as in Abacus; a currency, which Abacus's plugins do not know, that of the country.
     *
     * @param what what was asked for
     * @throws Problem 503 {@code account_unavailable} when it is no account
     */
    static Account ofPlugin(String what, JsonNode body) {
        Violations violations = new Violations();
        Optional<Account> account = Members.of(body, violations).map(members -> {
            members.require("account_id");
            String accountId = members.id("account_id", PlanDefinition.MAX_ID_LENGTH).orElse("");
            List<String> organizations =
                    members.ids("organizations", PlanDefinition.MAX_ID_LENGTH, MAX_ORGANIZATIONS);
            String country = members.absent("pricing_country") ? ABACUS_COUNTRY
                    : members.text("pricing_country", PlanDefinition.MAX_WORD_LENGTH).orElse("");
            String license = members.text("license_type", PlanDefinition.MAX_WORD_LENGTH).orElse(Account.NO_LICENSE);
            return new Account(CatalogDocument.FORMAT, accountId, organizations, country,
                    currency(members, country, Optional.empty()), license);
        });
        if (!violations.isEmpty()) {
            Violation first = violations.list().get(0);
            throw Plugin.ACCOUNTS.unusable(what, first.field() + " " + first.reason());
        }
        return account.orElseThrow();
    }

    private static String currency(Members members, String country, Optional<Account> before) {
        Optional<String> named = members.text("currency", PlanDefinition.MAX_WORD_LENGTH);
        if (named.isPresent() && !Currencies.wellFormed(named.get())) {
            members.note("currency", "currency", "must be three capital letters, such as USD");
        }
        if (!members.absent("currency") || country.isEmpty()) {
            return named.orElse("");
        }
        Optional<String> derived = before.filter(account -> account.pricingCountry().equals(country))
                .map(Account::currency).or(() -> Currencies.of(country));
        if (derived.isEmpty()) {
            members.note("currency", "required", "is missing, and " + Members.shown(country)
                    + " is no country whose currency is known");
        }
        return derived.orElse("");
    }
}
