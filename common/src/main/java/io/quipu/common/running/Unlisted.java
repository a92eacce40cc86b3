package io.quipu.common.running;

import java.util.List;

/**
 * Some instances that ran just before a snapshot's time and that it did not list.
 *
 * @param unlisted the instances
 */
public record Unlisted(List<Instance> unlisted) {

    /** Copies the list. */
    public Unlisted {
        unlisted = List.copyOf(unlisted);
    }

    /**
     * Such an instance.
     *
     * @param organizationId the organization
     * @param spaceId the space
     * @param consumerId the consumer
     * @param planId the provider's plan under which it ran
     * @param resourceInstanceId the instance
     */
    public record Instance(String organizationId, String spaceId, String consumerId, String planId,
            String resourceInstanceId) {
    }
}
