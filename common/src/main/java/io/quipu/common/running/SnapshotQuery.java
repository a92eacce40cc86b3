package io.quipu.common.running;

/**
 * Asks what a snapshot did not list of what ran just before its time, and what it has come to so far. Answered by lines of JSON:
 * any number of {@link Unlisted}, then one {@link Reconciled}, then {@code {"end":true}}.
 *
 * @param organizationId the organization; null for all of a partition
 * @param partition that partition; null when there is an organization
 * @param resourceId the resource
 * @param time the snapshot's time, milliseconds since the epoch
 * @param id the snapshot's id; null when it has none
 */
public record SnapshotQuery(String organizationId, Integer partition, String resourceId, long time, String id) {
}
