package io.quipu.collector.catalog;

import io.quipu.common.usage.Keys;
import java.util.List;

/**
 * Where a document of the catalog is kept.
 *
 * @param type what it is read as
 * @param key its key
 * @param ids what the key was made of; compared with the document's own on read, since a long key is a hash
 */
record CatalogKey<T extends CatalogDocument>(Class<T> type, String key, List<String> ids) {

    static CatalogKey<CatalogPlan> plan(PlanKind kind, String planId) {
        return new CatalogKey<>(CatalogPlan.class, Keys.catalogPlan(kind.id(), planId), List.of(kind.id(), planId));
    }

    static CatalogKey<StoredPlanVersion> planVersion(String id) {
        return new CatalogKey<>(StoredPlanVersion.class, Keys.planVersion(id), List.of(id));
    }

    static CatalogKey<Mapping> mapping(PlanKind kind, String resourceType, String planName) {
        return new CatalogKey<>(Mapping.class, Keys.mapping(kind.id(), resourceType, planName),
                List.of(kind.id(), resourceType, planName));
    }

    static CatalogKey<ResourceType> resource(String resourceId) {
        return new CatalogKey<>(ResourceType.class, Keys.resource(resourceId), List.of(resourceId));
    }

    static CatalogKey<KnownType> knownType(String resourceType) {
        return new CatalogKey<>(KnownType.class, Keys.resourceType(resourceType), List.of(resourceType));
    }

    static CatalogKey<Account> account(String accountId) {
        return new CatalogKey<>(Account.class, Keys.account(accountId), List.of(accountId));
    }

    static CatalogKey<Membership> membership(String organizationId) {
        return new CatalogKey<>(Membership.class, Keys.organizationAccount(organizationId), List.of(organizationId));
    }
}
