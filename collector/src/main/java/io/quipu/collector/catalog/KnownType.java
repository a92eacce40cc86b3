package io.quipu.collector.catalog;

import java.util.List;

/**
 * Says that some plan of a resource type was mapped. Written before the first mapping, so that an unknown resource can be
 * told from an unknown plan without listing anything.
 *
 * @param version the format
 * @param resourceType the type
 */
record KnownType(int version, String resourceType) implements CatalogDocument {

    @Override
    public List<String> ids() {
        return List.of(resourceType);
    }
}
