package io.quipu.reporting.graph;

import io.quipu.common.web.Problem;

/** What is left of a query's limits while it is answered. Not thread-safe: a query is answered by one thread. */
final class Allowance {

    private final GraphLimits limits;
    private int organizations;
    private int values;

    Allowance(GraphLimits limits) {
        this.limits = limits;
        this.organizations = limits.organizations();
        this.values = limits.values();
    }

    /**
     * Takes the reports of so many organizations.
     *
     * @throws Problem 422, code {@code too_many_organizations}
     */
    void organizations(int count) {
        organizations -= count;
        if (organizations < 0) {
            throw Problem.of(422, "too_many_organizations", "A query may ask for the reports of at most "
                    + limits.organizations() + " organizations.");
        }
    }

    /**
     * Takes a value that stands in the answer so many times.
     *
     * @throws Problem 422, code {@code answer_too_large}
     */
    void value(int times) {
        values -= times;
        if (values < 0) {
            throw Problem.of(422, "answer_too_large", "The answer would hold more than " + limits.values()
                    + " values. Select less, or read the whole report, which is sent from disk: GET"
                    + " /v1/metering/organizations/{organization_id}/aggregated/usage.");
        }
    }
}
