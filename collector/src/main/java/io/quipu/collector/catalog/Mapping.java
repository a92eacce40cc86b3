package io.quipu.collector.catalog;

import java.util.List;

/**
 * Which plan a resource type's plan is metered, rated or priced by.
 *
 * @param version the format
 * @param kind metering, rating or pricing
 * @param resourceType the type of the resource
 * @param planName the provider's name of the plan, such as {@code basic}
 * @param planId the plan of the catalog
 */
record Mapping(int version, String kind, String resourceType, String planName, String planId)
        implements CatalogDocument {

    @Override
    public List<String> ids() {
        return List.of(kind, resourceType, planName);
    }
}
