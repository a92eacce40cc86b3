package io.quipu.common.time;

import java.time.Duration;
import java.time.LocalDate;
import java.time.Period;

/**
 * For how long the documents of one kind are kept: so many whole months after the end of theirs, a month and its days together,
 * since a past month is summed from its days.
 *
 * <p>A store drops a document by its own clock, at the {@link #expiry}. Whoever reads or writes takes it for gone {@link #MARGIN}
 * earlier, so that no difference of clocks lets a report show zeros, or usage be counted in a document that has lost the rest.
 * With 13 months, 2026-11 and its days go at 2028-01-01T00:00Z and are neither read nor written from 2027-12-31T00:00Z on.
 *
 * @param documents what is kept, as the property {@code quipu.retention.<documents>} names it
 * @param months how many months; 0 for ever
 */
public record Retention(String documents, int months) {

    /**
     * The fewest months, but for ever. What was accepted in the last moment of a month may come slack and an hour later (PT49H), and
     * may then have to wait, while the stages are down, for seven weeks. A report as of now shows two months at least.
     */
    public static final int MIN_MONTHS = 2;

    /** The most months, so that times stay far from overflow. */
    public static final int MAX_MONTHS = 600;

    /** How much earlier than it is dropped a document counts as gone. */
    public static final Duration MARGIN = Duration.ofDays(1);

    /** The expiry of what is kept for ever. */
    public static final long NEVER = Long.MAX_VALUE;

    private static final long DAY = Duration.ofDays(1).toMillis();

    /** Checks the months. */
    public Retention {
        if (months != 0 && (months < MIN_MONTHS || months > MAX_MONTHS)) {
            throw new IllegalArgumentException(rule());
        }
    }

    /**
     * The retention that a period says.
     *
     * @throws IllegalArgumentException when the period is not of whole months within the limits; says the rule
     */
    public static Retention of(String documents, Period period) {
        if (period.getDays() != 0 || Math.abs(period.toTotalMonths()) > MAX_MONTHS) {
            throw new IllegalArgumentException(rule());
        }
        return new Retention(documents, (int) period.toTotalMonths());
    }

    /** Nothing is ever dropped. */
    public static Retention forEver(String documents) {
        return new Retention(documents, 0);
    }

    private static String rule() {
        return "it must be whole months, from P" + MIN_MONTHS + "M to P" + MAX_MONTHS + "M, or P0M for ever";
    }

    /** The property that says how long. */
    public String property() {
        return "quipu.retention." + documents;
    }

    /** When the store drops the document of a window, milliseconds since the epoch; {@link #NEVER} for ever. */
    public long expiry(Window window) {
        return months == 0 ? NEVER : shifted(window.from(), months + 1);
    }

    /** The first millisecond of the oldest month whose documents are still there at a time. */
    public long keptFrom(long now) {
        return months == 0 ? Window.MIN_TIME : Math.max(Window.MIN_TIME, shifted(now + MARGIN.toMillis(), -months));
    }

    /** The beginning of the month that is so many months after that of a time. */
    private static long shifted(long time, int months) {
        return LocalDate.ofEpochDay(Math.floorDiv(time, DAY)).withDayOfMonth(1).plusMonths(months).toEpochDay() * DAY;
    }
}
