package io.quipu.aggregator.domain;

import io.quipu.common.totals.ConsumerLevels;
import io.quipu.common.totals.ConsumerWindow;
import io.quipu.common.totals.OrganizationLevels;
import io.quipu.common.totals.OrganizationWindow;
import io.quipu.common.usage.Rejection;
import java.util.List;
import java.util.Optional;

/**
 * What an attempt at folding came to.
 *
 * @param rejection the first rejection that the stage above does not know of; then no document is changed
 * @param consumers the changed consumer windows; to be durable first
 * @param consumerLevels the changed levels of consumers; together with their windows
 * @param organizationLevels the organization's levels, if they changed; to be durable next
 * @param days the organization's changed days; to be durable next
 * @param months the organization's changed months; to be durable last
 */
public record AggregatedUsage(Optional<Rejection> rejection, List<ConsumerWindow> consumers,
        List<ConsumerLevels> consumerLevels, Optional<OrganizationLevels> organizationLevels,
        List<OrganizationWindow> days, List<OrganizationWindow> months) {

    /** That a usage was rejected. */
    static AggregatedUsage rejected(Rejection rejection) {
        return new AggregatedUsage(Optional.of(rejection), List.of(), List.of(), Optional.empty(), List.of(), List.of());
    }
}
