package io.quipu.common.usage;

import java.util.Objects;

/**
 * Who used what, and when: what stays the same of a usage in every stage.
 *
 * @param organizationId the organization
 * @param spaceId the space
 * @param consumerId the consumer; {@link Consumer#UNKNOWN} when the provider named none
 * @param resourceId the resource, such as {@code object-storage}
 * @param planId the provider's name of the plan
 * @param resourceInstanceId the instance of the resource
 * @param start beginning of the measured interval, milliseconds since the epoch
 * @param end its end, which decides the windows, not before {@code start}
 */
public record Origin(String organizationId, String spaceId, String consumerId, String resourceId, String planId,
        String resourceInstanceId, long start, long end) {

    /** Checks that no id is missing. */
    public Origin {
        Objects.requireNonNull(organizationId, "organizationId");
        Objects.requireNonNull(spaceId, "spaceId");
        Objects.requireNonNull(consumerId, "consumerId");
        Objects.requireNonNull(resourceId, "resourceId");
        Objects.requireNonNull(planId, "planId");
        Objects.requireNonNull(resourceInstanceId, "resourceInstanceId");
    }

    /** The consumer of the usage. */
    public Consumer consumer() {
        return new Consumer(organizationId, spaceId, consumerId);
    }
}
