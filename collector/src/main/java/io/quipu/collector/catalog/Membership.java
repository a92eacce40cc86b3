package io.quipu.collector.catalog;

import java.util.List;

/**
 * The account of an organization and the currency of its totals.
 *
 * @param version the format
 * @param organizationId the organization
 * @param accountId the account it was last registered with; null while it used the default account only
 * @param currency the currency of its totals; never changes
 */
record Membership(int version, String organizationId, String accountId, String currency) implements CatalogDocument {

    @Override
    public List<String> ids() {
        return List.of(organizationId);
    }
}
