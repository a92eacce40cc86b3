package io.quipu.common.usage;

import io.quipu.common.time.Window;

/**
 * How the quantities of one metric of one resource instance changed in the windows that contain the usage's end.
 *
 * @param metric the metric
 * @param hour the change of the hour, or null when the metric leaves that window alone
 * @param day the change of the day, or null
 * @param month the change of the month, or null
 */
public record MetricChange(String metric, Change hour, Change day, Change month) {

    /** The change of the window of that unit, or null. */
    public Change in(Window.Unit unit) {
        return switch (unit) {
            case HOUR -> hour;
            case DAY -> day;
            case MONTH -> month;
        };
    }
}
