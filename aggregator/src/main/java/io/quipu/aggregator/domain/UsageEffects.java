package io.quipu.aggregator.domain;

import io.quipu.common.time.Window;
import io.quipu.common.usage.AccumulatedUsage;
import java.util.List;

/**
 * All that one usage does: what it used counts in its own windows, the month and day of its end; a change of a level counts
 * in the month and day of the change's time, whichever that are, and in the levels documents. An event uses nothing: it has no
 * windows of its own.
 *
 * @param usage the usage
 * @param day the day of its end
 * @param month the month of its end
 * @param levels its changes of levels
 */
record UsageEffects(AccumulatedUsage usage, Window day, Window month, LevelEffects levels) {

    /** The effects of a usage. */
    static UsageEffects of(AccumulatedUsage usage) {
        long end = usage.origin().end();
        return new UsageEffects(usage, Window.day(end), Window.month(end), LevelEffects.of(usage));
    }

    /** Whether it is a stop: it is not judged by limits, since one that is refused would let run for ever what it ends. */
    boolean stop() {
        return usage.event() != null && usage.event().kind().stops();
    }

    /** Its own windows, the day before the month; none of an event. */
    List<Window> own() {
        return usage.event() == null ? List.of(day, month) : List.of();
    }

    /** Whether that is one of its own windows. */
    boolean own(Window window) {
        return usage.event() == null && window.equals(window.unit() == Window.Unit.DAY ? day : month);
    }
}
