package io.quipu.collector.catalog;

import java.util.List;

/**
 * The type of a resource; a resource without such a document is its own type.
 *
 * @param version the format
 * @param resourceId the resource
 * @param type its type
 */
record ResourceType(int version, String resourceId, String type) implements CatalogDocument {

    @Override
    public List<String> ids() {
        return List.of(resourceId);
    }
}
