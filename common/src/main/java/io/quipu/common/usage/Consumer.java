package io.quipu.common.usage;

import java.util.Objects;

/**
 * What consumes resources, usually an app, in its space and organization.
 *
 * @param organizationId the organization
 * @param spaceId the space in it
 * @param consumerId the consumer; {@link #UNKNOWN} where the provider named none, as in Abacus
 */
public record Consumer(String organizationId, String spaceId, String consumerId) {

    /** The consumer of usage that names none. */
    public static final String UNKNOWN = "UNKNOWN";

    /** Checks that no id is missing. */
    public Consumer {
        Objects.requireNonNull(organizationId, "organizationId");
        Objects.requireNonNull(spaceId, "spaceId");
        Objects.requireNonNull(consumerId, "consumerId");
    }
}
