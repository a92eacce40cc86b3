package io.quipu.common.totals;

import io.quipu.common.quantity.Value;
import io.quipu.common.stage.Watermark;
import io.quipu.common.time.Window;
import io.quipu.common.usage.PlanPath;
import java.util.List;

/**
 * The state of every metric of one resource instance under one plan path in one month or day.
 *
 * @param version the format, {@link #VERSION}
 * @param organizationId the organization
 * @param spaceId the space
 * @param consumerId the consumer
 * @param resourceId the resource
 * @param resourceInstanceId the instance
 * @param path the plan path
 * @param window the month or day
 * @param watermark how far it has come in the log
 * @param plan the id of the plan version of the last usage; null while all usage was rejected
 * @param start when the last usage began, milliseconds since the epoch
 * @param end when the last usage ended
 * @param processed the log time at which the last usage was accepted
 * @param metrics one entry per metric that was folded, by name
 */
public record InstanceWindow(int version, String organizationId, String spaceId, String consumerId,
        String resourceId, String resourceInstanceId, PlanPath path, Window window, Watermark watermark, String plan,
        long start, long end, long processed, List<MetricState> metrics) {

    /** The format that this release writes; a newer one is refused. */
    public static final int VERSION = 1;

    /** Copies the list; refuses a format of a newer release. */
    public InstanceWindow {
        TotalsFormat.check("instance", version, VERSION);
        metrics = List.copyOf(metrics);
    }

    /**
     * The state of one metric.
     *
     * @param metric the metric
     * @param state the state of the window; null when the metric leaves it alone
     * @param hours in a day the states of the hours that have usage, ascending; null in a month
     */
    public record MetricState(String metric, Value state, List<HourState> hours) {
        public MetricState {
            hours = hours == null ? null : List.copyOf(hours);
        }
    }

    /**
     * The state of one hour of a day: what the organization's hours are computed from.
     *
     * @param hour 0 to 23, UTC
     * @param state its state
     */
    public record HourState(int hour, Value state) {
    }
}
