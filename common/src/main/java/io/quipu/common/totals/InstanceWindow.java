package io.quipu.common.totals;

import io.quipu.common.quantity.Decimals;
import io.quipu.common.quantity.Value;
import io.quipu.common.stage.Watermark;
import io.quipu.common.time.Window;
import io.quipu.common.usage.PlanPath;
import java.math.BigDecimal;
import java.util.List;

/**
 * The state of every metric of one resource instance under one plan path in one month or day, and what the changes of its levels
 * add up to there.
 *
 * @param version the format, {@link #VERSION} or an older one
 * @param organizationId the organization
 * @param spaceId the space
 * @param consumerId the consumer
 * @param resourceId the resource
 * @param resourceInstanceId the instance
 * @param path the plan path
 * @param window the month or day
 * @param watermark how far it has come in the log
 * @param plan the id of the plan version of the last usage, or change of a level; null while all usage was rejected
 * @param start when the last usage began, milliseconds since the epoch; without usage the same as {@code end}
 * @param end when the last usage ended; without usage when the last change of a level was
 * @param processed the log time at which the last usage was accepted, or event that changed a level
 * @param metrics one entry per metric that was folded, by name
 * @param levelsOnly true when no usage was folded in this window, only changes of levels; null when some was
 * @param leveled the position of the last usage or event that changed a level in this window; null when none did
 */
public record InstanceWindow(int version, String organizationId, String spaceId, String consumerId,
        String resourceId, String resourceInstanceId, PlanPath path, Window window, Watermark watermark, String plan,
        long start, long end, long processed, List<MetricState> metrics, Boolean levelsOnly, Long leveled) {

    /** The format that this release writes; a newer one is refused, an older one says nothing of levels. */
    public static final int VERSION = 2;

    /** Copies the list; refuses a format of a newer release. */
    public InstanceWindow {
        TotalsFormat.check("instance", version, VERSION);
        metrics = List.copyOf(metrics);
    }

    /** A window in which no level has changed. */
    public InstanceWindow(int version, String organizationId, String spaceId, String consumerId, String resourceId,
            String resourceInstanceId, PlanPath path, Window window, Watermark watermark, String plan, long start, long end,
            long processed, List<MetricState> metrics) {
        this(version, organizationId, spaceId, consumerId, resourceId, resourceInstanceId, path, window, watermark, plan, start,
                end, processed, metrics, null, null);
    }

    /**
     * Whether nothing has come of it: changes of levels that undid each other. Whether there were any depends on the order in which
     * they came to be known, so nobody must see.
     */
    public boolean undone() {
        return Boolean.TRUE.equals(levelsOnly) && metrics.stream().allMatch(metric -> metric.level().undone());
    }

    /**
     * The state of one metric.
     *
     * @param metric the metric
     * @param state the state of the window; null when the metric leaves it alone
     * @param hours in a day the states of the hours that have usage, ascending; null in a month
     * @param level what the changes of its level in the window add up to; null where there are none
     */
    public record MetricState(String metric, Value state, List<HourState> hours, LevelChanges level) {

        /** Copies the list. */
        public MetricState {
            hours = hours == null ? null : List.copyOf(hours);
        }

        /** A state without changes of a level. */
        public MetricState(String metric, Value state, List<HourState> hours) {
            this(metric, state, hours, null);
        }
    }

    /**
     * What the changes of a level add up to, as in {@link LevelSums}; an instance shows no money, so there is none. Sums are the same
     * in whatever order changes come.
     *
     * @param change by how much the level has changed
     * @param area the sum of −δ·(τ − w), in level × milliseconds
     */
    public record LevelChanges(BigDecimal change, BigDecimal area) {

        /** Normalizes the numbers. */
        public LevelChanges {
            change = Decimals.normalize(change);
            area = Decimals.normalize(area);
        }

        /** A change at a time within a window. */
        public static LevelChanges of(Window window, long time, BigDecimal change) {
            LevelSums sums = LevelSums.of(window, time, change, BigDecimal.ZERO);
            return new LevelChanges(sums.change(), sums.area());
        }

        /** The sums of both. */
        public LevelChanges plus(LevelChanges other) {
            return new LevelChanges(change.add(other.change), area.add(other.area));
        }

        /** The same, at no cost. */
        public LevelSums sums() {
            return new LevelSums(change, area, BigDecimal.ZERO, BigDecimal.ZERO, 0);
        }

        /** Whether the changes undid each other, each at its own time. */
        public boolean undone() {
            return change.signum() == 0 && area.signum() == 0;
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
