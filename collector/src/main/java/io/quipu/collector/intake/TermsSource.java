package io.quipu.collector.intake;

import io.quipu.common.plan.PlanVersion;
import io.quipu.common.usage.Pin;

/** Decides under which terms usage is accepted. */
@FunctionalInterface
public interface TermsSource {

    /**
     * The terms that hold now.
     *
     * @throws io.quipu.common.web.Problem 404 {@code organization_not_found}; 422 {@code resource_not_found}, {@code
     *     plan_not_found}, {@code price_not_found} or {@code price_not_usable}
     * @throws io.quipu.common.store.StoreException when they cannot be told now
     */
    Terms resolve(String organizationId, String resourceId, String planId);

    /**
     * What a usage is accepted under.
     *
     * @param pin what is written into the usage
     * @param plan the definitions that the pin names
     */
    record Terms(Pin pin, PlanVersion plan) {
    }
}
