package io.quipu.reporting.report;

import io.quipu.common.time.Window;
import io.quipu.common.totals.LevelSums;
import java.math.BigDecimal;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Where the windows of a report lie and how much of them counts for levels: found once, since every scope asks for the same.
 * Thread-safe.
 */
final class LevelWindows {

    private final ReportWindows windows;
    private final long until;
    private final Window later;
    private final Map<Window, Place> places = new ConcurrentHashMap<>();

    /**
     * The windows of a report.
     *
     * @param until the time as of which it counts
     */
    LevelWindows(ReportWindows windows, long until) {
        this.windows = windows;
        this.until = until;
        this.later = windows.later().orElse(null);
    }

    /**
     * Where a window lies.
     *
     * @param month its month
     * @param firstDay the first day of that
     * @param lastDay the last one
     * @param day the day in which the window begins
     * @param lastHour the last hour of that
     * @param previous the window before it; null where there is none
     * @param latest whether it is the month of the report's time
     * @param cut whether its month is that and cut
     * @param elapsed how much of it counts, in milliseconds
     */
    record Place(Window month, Window firstDay, Window lastDay, Window day, Window lastHour, Window previous, boolean latest,
            boolean cut, BigDecimal elapsed) {
    }

    ReportWindows windows() {
        return windows;
    }

    /** As {@link ReportWindows#later}; null when there is none. */
    Window later() {
        return later;
    }

    Place of(Window window) {
        Place known = places.get(window);
        return known != null ? known : places.computeIfAbsent(window, this::place);
    }

    private Place place(Window window) {
        Window month = Window.month(window.from());
        Window day = Window.day(window.from());
        boolean ofLatest = month.equals(windows.month());
        return new Place(month, Window.day(month.from()), Window.day(month.to() - 1), day, Window.hour(day.to() - 1),
                window.from() == Window.MIN_TIME ? null : window.minus(1), window.equals(windows.month()),
                windows.cut() && ofLatest, LevelSums.elapsed(window, until));
    }
}
