package io.quipu.reporting.report;

import java.util.List;

/**
 * What a consumer used.
 *
 * @param consumerId the consumer
 * @param windows its charges: the sums of its resources'
 * @param resources its resources, by id
 */
public record ConsumerReport(String consumerId, List<List<Slot>> windows, List<ResourceReport> resources) {
}
