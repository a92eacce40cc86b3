package io.quipu.collector.catalog;

import java.util.List;

/**
 * Who pays, and at which prices.
 *
 * @param version the format
 * @param accountId its id
 * @param organizations the organizations it pays for; one counts only if its {@link Membership} names this account too
 * @param pricingCountry the country whose prices apply, such as {@code USA}
 * @param currency the currency of those prices and of its organizations' totals; never changes
 * @param licenseType informational
 */
public record Account(int version, String accountId, List<String> organizations, String pricingCountry, String currency,
        String licenseType) implements CatalogDocument {

    /** What Abacus's sample account has. */
    static final String NO_LICENSE = "N/A";

    /** Copies the list. */
    public Account {
        organizations = List.copyOf(organizations);
    }

    @Override
    public List<String> ids() {
        return List.of(accountId);
    }
}
