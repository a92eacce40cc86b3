package io.quipu.collector.intake;

import io.quipu.common.plan.PlanVersion;
import io.quipu.common.usage.Pin;

/** Decides under which terms usage is accepted. */
public interface TermsSource {

    /**
     * The terms that hold now.
     *
     * @throws io.quipu.common.web.Problem 404 {@code organization_not_found}; 422 {@code resource_not_found}, {@code
     *     plan_not_found}, {@code price_not_found} or {@code price_not_usable}; 451 {@code license_not_supported}; 503 {@code
     *     provisioning_unavailable} or {@code account_unavailable}
     * @throws io.quipu.common.store.StoreException when they cannot be told now
     */
    Terms resolve(String organizationId, String resourceId, String planId);

    /**
     * The terms of a stop: those that hold now, or a plan without metrics where there are none. A stop ends what runs, under
     * the terms that this was begun with; refused because a plan or a price has gone since, it would let it run for ever.
     *
     * @throws io.quipu.common.store.StoreException when they cannot be told now
     */
    Terms resolveStop(String organizationId, String resourceId, String planId);

    /** One of the two by which terms are found. */
    @FunctionalInterface
    interface Lookup {

        /** The terms for these ids. */
        Terms find(String organizationId, String resourceId, String planId);
    }

    /** A source of these two. */
    static TermsSource of(Lookup usage, Lookup stops) {
        return new TermsSource() {
            @Override
            public Terms resolve(String organizationId, String resourceId, String planId) {
                return usage.find(organizationId, resourceId, planId);
            }

            @Override
            public Terms resolveStop(String organizationId, String resourceId, String planId) {
                return stops.find(organizationId, resourceId, planId);
            }
        };
    }

    /**
     * What a usage is accepted under.
     *
     * @param pin what is written into the usage
     * @param plan the definitions that the pin names
     */
    record Terms(Pin pin, PlanVersion plan) {
    }
}
