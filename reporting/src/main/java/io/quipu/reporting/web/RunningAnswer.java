package io.quipu.reporting.web;

import io.quipu.common.running.RunningInstance;
import io.quipu.common.running.RunningPage;
import io.quipu.common.running.RunningQuery;
import io.quipu.common.usage.Keys;
import java.util.List;

/**
 * A page of what runs in an organization, as it is answered.
 *
 * @param organizationId the organization
 * @param running what runs
 * @param silent the resources of these of which nothing was heard for long; null when there are none
 * @param next a link to the next page; null when this is the last
 */
record RunningAnswer(String organizationId, List<Running> running, List<RunningPage.Silent> silent, String next) {

    /**
     * One resource instance that runs.
     *
     * @param resourceId the resource
     * @param spaceId the space
     * @param consumerId the consumer
     * @param resourceInstanceId the instance
     * @param planId the plan path, as in reports
     * @param since since when it runs without a break; null when that is not known any more
     * @param levels what runs, by metric
     */
    record Running(String resourceId, String spaceId, String consumerId, String resourceInstanceId, String planId, Long since,
            List<RunningInstance.RunningLevel> levels) {

        private static Running of(RunningInstance instance) {
            return new Running(instance.resourceId(), instance.spaceId(), instance.consumerId(),
                    instance.resourceInstanceId(), instance.path().joined(), instance.since(), instance.levels());
        }
    }

    /** The answer to a query. */
    static RunningAnswer of(RunningQuery query, RunningPage page) {
        return new RunningAnswer(query.organizationId(), page.instances().stream().map(Running::of).toList(),
                page.silent().isEmpty() ? null : page.silent(), page.next() == null ? null : link(query, page.next()));
    }

    private static String link(RunningQuery query, String page) {
        return "/v1/metering/organizations/" + Keys.encode(query.organizationId()) + "/running?"
                + (query.resourceId() == null ? "" : "resource_id=" + Keys.encode(query.resourceId()) + "&")
                + "page=" + Keys.encode(page);
    }
}
