package io.quipu.common.totals;

/**
 * By how much the levels of one resource instance under one plan path have changed in each month, as its timeline tells the
 * accumulator: what a month opens with is the sum of those before it.
 *
 * @param organizationId the organization
 * @param spaceId the space
 * @param consumerId the consumer
 * @param resourceInstanceId the instance
 * @param position how far the timeline has come in the log: no window of the instance may have counted a later change
 * @param processed the log time at which the last usage or event was accepted that stands in the timeline
 * @param from windows that begin earlier have not counted all changes: an older release did not count them there; 0 when all have
 * @param plan resource, plan path, plan version of the last change, and the changes of each metric, at no cost
 */
public record InstanceLevels(String organizationId, String spaceId, String consumerId, String resourceInstanceId, long position,
        long processed, long from, PlanLevels plan) {
}
