package io.quipu.common.running;

import io.quipu.common.usage.PlanPath;
import java.math.BigDecimal;
import java.util.List;

/**
 * A resource instance that runs: at least one of its levels is not zero.
 *
 * @param organizationId the organization
 * @param spaceId the space
 * @param consumerId the consumer
 * @param resourceId the resource
 * @param resourceInstanceId the instance
 * @param path the plan path under which it runs
 * @param since since when it runs without a break, milliseconds since the epoch; null when that is not known any more
 * @param levels what runs, by metric; none is zero
 */
public record RunningInstance(String organizationId, String spaceId, String consumerId, String resourceId,
        String resourceInstanceId, PlanPath path, Long since, List<RunningLevel> levels) {

    /** Copies the list. */
    public RunningInstance {
        levels = List.copyOf(levels);
    }

    /**
     * The level of one metric.
     *
     * @param metric the metric
     * @param level how much runs
     * @param since since when it has that level, milliseconds since the epoch; null when that is not known any more
     */
    public record RunningLevel(String metric, BigDecimal level, Long since) {
    }
}
