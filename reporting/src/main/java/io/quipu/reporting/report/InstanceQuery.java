package io.quipu.reporting.report;

import io.quipu.common.usage.PlanPath;
import java.util.Objects;

/**
 * Which resource instance is asked for, and as of when.
 *
 * @param organizationId its organization
 * @param spaceId its space
 * @param consumerId its consumer
 * @param resourceId its resource; null when that is not known
 * @param resourceInstanceId the instance
 * @param path the plan path
 * @param time as of when, milliseconds since the epoch
 * @param days slots of days, 1 to {@link ReportQuery#MAX_DAYS}
 * @param months slots of months, 1 to {@link ReportQuery#MAX_MONTHS}
 */
public record InstanceQuery(String organizationId, String spaceId, String consumerId, String resourceId,
        String resourceInstanceId, PlanPath path, long time, int days, int months) {

    /** Checks that nothing is missing but perhaps the resource. */
    public InstanceQuery {
        Objects.requireNonNull(organizationId, "organizationId");
        Objects.requireNonNull(spaceId, "spaceId");
        Objects.requireNonNull(consumerId, "consumerId");
        Objects.requireNonNull(resourceInstanceId, "resourceInstanceId");
        Objects.requireNonNull(path, "path");
    }

    /** The windows that are read and shown when it is asked at that time, milliseconds since the epoch. */
    public ReportWindows windows(long now) {
        return ReportWindows.of(new ReportQuery(organizationId, time, 0, days, months, Depth.INSTANCE), now);
    }
}
