package io.quipu.common.usage;

import java.util.Objects;

/**
 * What the collector decided when it accepted a usage, so that every later stage, and every repetition, finds the same:
 * nothing downstream reads a mutable catalog.
 *
 * @param accountId the account that pays
 * @param country the country whose prices apply, such as {@code USA}
 * @param currency the currency of those prices, such as {@code USD}
 * @param resourceType the type of the resource, which the plans were mapped from
 * @param plan the id of the {@code PlanVersion}: metering, rating and pricing definitions, immutable, known by hash
 */
public record Pin(String accountId, String country, String currency, String resourceType, String plan) {

    /** Checks that nothing is missing. */
    public Pin {
        Objects.requireNonNull(accountId, "accountId");
        Objects.requireNonNull(country, "country");
        Objects.requireNonNull(currency, "currency");
        Objects.requireNonNull(resourceType, "resourceType");
        Objects.requireNonNull(plan, "plan");
    }
}
