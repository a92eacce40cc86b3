package io.quipu.common.running;

/**
 * Asks what runs in an organization.
 *
 * @param organizationId the organization
 * @param resourceId of that resource only; null for all
 * @param page {@link RunningPage#next} of the page before; null for the first
 */
public record RunningQuery(String organizationId, String resourceId, String page) {
}
