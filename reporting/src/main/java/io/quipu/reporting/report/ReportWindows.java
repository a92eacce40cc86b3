package io.quipu.reporting.report;

import io.quipu.common.time.Window;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * The windows whose documents a report needs, and the slots in which it shows them. Slot 0 is the calendar unit that
 * contains the report's time, slot j is j units before.
 *
 * <p><b>Past times.</b> What happened on days after the time's day does not count. So when that day is over and its month
 * has later days, the month's slot shows the sum of its days up to that one, {@link #toDate}, instead of the month's own
 * document: for 2026-11-20T15:00 asked on 2026-11-21 these are 2026-11-01 to 2026-11-20. Taking the later days off the
 * month's document would sometimes read less, but it would be wrong while usage flows (a month and a day are written one
 * after the other), and it could not tell a plan that was used only later from one whose quantities cancel out.
 *
 * @param time as of when
 * @param hours the hours shown, at the organization only
 * @param days the days shown
 * @param months the months shown
 * @param toDate the days that make up the first month's slot, ascending; empty when that is the month's document
 * @param levelsTo up to when levels count: to the end of the time's day, or to now when that is not over
 */
public record ReportWindows(long time, Span hours, Span days, Span months, List<Window> toDate, long levelsTo) {

    /** Copies the list. */
    public ReportWindows {
        toDate = List.copyOf(toDate);
    }

    /**
     * The windows of a query.
     *
     * @param query what is asked for
     * @param now when it is asked, milliseconds since the epoch
     */
    public static ReportWindows of(ReportQuery query, long now) {
        long time = query.time();
        return new ReportWindows(time, Span.back(Window.Unit.HOUR, time, query.hours()),
                Span.back(Window.Unit.DAY, time, query.days()), Span.back(Window.Unit.MONTH, time, query.months()),
                toDate(time, now), Math.min(now, Window.day(time).to()));
    }

    private static List<Window> toDate(long time, long now) {
        Window month = Window.month(time);
        Window day = Window.day(time);
        if (day.to() > now || day.to() == month.to()) {
            return List.of();
        }
        List<Window> days = new ArrayList<>();
        for (Window next = Window.day(month.from()); next.compareTo(day) <= 0; next = next.next()) {
            days.add(next);
        }
        return days;
    }

    /** Whether the first month's slot ends with the time's day rather than with the month. */
    public boolean cut() {
        return !toDate.isEmpty();
    }

    /** The month that contains the time. */
    public Window month() {
        return Window.month(time);
    }

    /** The month in which the first window begins that is shown of a space. */
    Window firstMonth() {
        Window ofDays = Window.month(days.first().from());
        Window ofMonths = months.first();
        return ofDays.compareTo(ofMonths) < 0 ? ofDays : ofMonths;
    }

    /** The first millisecond that does not count: the end of the time's day. */
    public long evaluatedTo() {
        return Window.day(time).to();
    }

    /** The windows whose documents are read for spaces, consumers and instances, ascending. */
    public Set<Window> ofChildren() {
        Set<Window> windows = new TreeSet<>(months.windows());
        windows.addAll(days.windows());
        windows.addAll(toDate);
        return windows;
    }

    /**
     * The day after the time's, when usage of it may already be in the month's document, which is shown: a usage may end some
     * minutes ahead of the clock.
     */
    public Optional<Window> later() {
        Window day = Window.day(time);
        return cut() || day.to() == month().to() ? Optional.empty() : Optional.of(day.next());
    }

    /** The windows whose documents are read for spaces and consumers that may have levels: also the {@link #later} day. */
    public Set<Window> ofChildrenWithLevels() {
        Set<Window> windows = ofChildren();
        later().ifPresent(windows::add);
        return windows;
    }

    /** The months whose documents are read for an organization that has levels: those of everything shown, ascending. */
    public Set<Window> monthsOfLevels() {
        Set<Window> windows = new TreeSet<>();
        ofOrganization().forEach(window -> windows.add(Window.month(window.from())));
        return windows;
    }

    /** The windows whose documents are read for an organization that has levels, beside {@link #ofOrganization}; ascending. */
    public Set<Window> ofOrganizationWithLevels() {
        Set<Window> windows = monthsOfLevels();
        later().ifPresent(windows::add);
        windows.removeAll(ofOrganization());
        return windows;
    }

    /** An hour of a day, 0 to 23. */
    static Window hour(Window day, int hour) {
        return new Window(Window.Unit.HOUR, day.from() + hour * 3_600_000L);
    }

    /** The windows whose documents are read for the organization: also the days that have the hours; ascending. */
    public Set<Window> ofOrganization() {
        Set<Window> windows = ofChildren();
        hours.windows().forEach(hour -> windows.add(Window.day(hour.from())));
        return windows;
    }

    /**
     * Consecutive windows of one unit, latest first.
     *
     * @param windows the windows; fewer than {@code size} where the epoch cuts them off
     * @param size how many slots are shown
     */
    public record Span(List<Window> windows, int size) {

        /** Copies the list. */
        public Span {
            windows = List.copyOf(windows);
        }

        private Window first() {
            return windows.get(windows.size() - 1);
        }

        private static Span back(Window.Unit unit, long time, int size) {
            List<Window> windows = new ArrayList<>();
            Window window = Window.of(unit, time);
            while (windows.size() < size) {
                windows.add(window);
                if (window.from() == Window.MIN_TIME) {
                    break;
                }
                window = window.minus(1);
            }
            return new Span(windows, size);
        }

        /** One element per slot; null where there is no window. */
        <T> List<T> slots(Function<Window, T> content) {
            List<T> slots = new ArrayList<>(size);
            windows.forEach(window -> slots.add(content.apply(window)));
            while (slots.size() < size) {
                slots.add(null);
            }
            return Collections.unmodifiableList(slots);
        }
    }
}
