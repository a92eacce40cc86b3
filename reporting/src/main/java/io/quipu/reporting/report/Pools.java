package io.quipu.reporting.report;

import java.util.Collections;
import java.util.SortedMap;

/**
 * What is charged for the pooled levels of an organization, and the shares of its spaces. They are those of the organization's own
 * documents, also in a report that is not settled.
 *
 * @param organization the organization's
 * @param spaces the shares, by space id
 */
public record Pools(PooledLevels organization, SortedMap<String, PooledLevels> spaces) {

    /** Nothing is pooled. */
    static final Pools NONE = new Pools(PooledLevels.NONE, Collections.emptySortedMap());

    /** The share of a space. */
    public PooledLevels space(String spaceId) {
        return spaces.getOrDefault(spaceId, PooledLevels.NONE);
    }
}
