package io.quipu.common.time;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/**
 * One calendar hour, day or month in UTC: the half-open interval [{@link #from}, {@link #to}) in milliseconds since the
 * epoch. Windows are absolute, nothing is ever shifted: late usage belongs to the window that contains its end.
 *
 * <p>Ids sort like times: {@code 2026-11}, {@code 2026-11-21}, {@code 2026-11-21T05}. Usage that ends exactly at
 * 2026-12-01T00:00:00.000Z belongs to {@code 2026-12} and {@code 2026-12-01}, one millisecond earlier to {@code 2026-11}
 * and {@code 2026-11-30}.
 *
 * @param unit what kind of calendar unit
 * @param from its first millisecond, inclusive
 */
public record Window(Unit unit, long from) implements Comparable<Window> {

    /** The earliest time Quipu handles, inclusive: 1970-01-01T00:00:00.000Z. */
    public static final long MIN_TIME = 0;

    /** The latest time Quipu handles, exclusive: 9999-01-01T00:00:00.000Z. */
    public static final long MAX_TIME = 253370764800000L;

    private static final long HOUR = 3_600_000L;
    private static final long DAY = 24 * HOUR;

    /** The calendar units in which usage is kept. */
    public enum Unit {
        /** An hour, kept at the organization only. */
        HOUR,
        /** A day. */
        DAY,
        /** A month of 28 to 31 days. */
        MONTH
    }

    /** Checks that {@code from} is the first millisecond of such a unit within the supported times. */
    public Window {
        if (from < MIN_TIME || from >= MAX_TIME) {
            throw new IllegalArgumentException("time " + from + " is not within [" + MIN_TIME + ", " + MAX_TIME + ")");
        }
        if (from != start(unit, from)) {
            throw new IllegalArgumentException(from + " is not the start of a " + unit);
        }
    }

    /**
     * The window of that unit that contains a time.
     *
     * @throws IllegalArgumentException when the time is not within [{@link #MIN_TIME}, {@link #MAX_TIME})
     */
    public static Window of(Unit unit, long time) {
        if (time < MIN_TIME || time >= MAX_TIME) {
            throw new IllegalArgumentException("time " + time + " is not within [" + MIN_TIME + ", " + MAX_TIME + ")");
        }
        return new Window(unit, start(unit, time));
    }

    /** The month that contains a time. */
    public static Window month(long time) {
        return of(Unit.MONTH, time);
    }

    /** The day that contains a time. */
    public static Window day(long time) {
        return of(Unit.DAY, time);
    }

    /** The hour that contains a time. */
    public static Window hour(long time) {
        return of(Unit.HOUR, time);
    }

    /** The hour of its day, UTC, in which a time lies: 0 to 23. */
    public static int hourOfDay(long time) {
        return (int) (Math.floorMod(time, DAY) / HOUR);
    }

    /**
     * The window that an id names.
     *
     * @throws IllegalArgumentException when the text is not an id as {@link #id} writes it
     */
    public static Window parse(String id) {
        Window window;
        try {
            window = switch (id.length()) {
                case 7 -> month(day(id, 1));
                case 10 -> day(day(id, number(id, 8, 10)));
                case 13 -> hour(day(id, number(id, 8, 10)) + number(id, 11, 13) * HOUR);
                default -> null;
            };
        } catch (DateTimeException | IllegalArgumentException e) {
            throw new IllegalArgumentException("not a window: " + id, e);
        }
        if (window == null || !window.id().equals(id)) {
            throw new IllegalArgumentException("not a window: " + id);
        }
        return window;
    }

    /** The first millisecond of a day of the month that an id begins with. Read by hand, as it is written: each document has one. */
    private static long day(String id, int day) {
        return LocalDate.of(number(id, 0, 4), number(id, 5, 7), day).toEpochDay() * DAY;
    }

    private static int number(String id, int from, int to) {
        return Integer.parseInt(id, from, to, 10);
    }

    /** The first millisecond after the window. */
    public long to() {
        return switch (unit) {
            case HOUR -> from + HOUR;
            case DAY -> from + DAY;
            case MONTH -> millis(dateTime(from).plusMonths(1));
        };
    }

    /** Whether the window contains a time: the start does, the end does not. */
    public boolean contains(long time) {
        return time >= from && time < to();
    }

    /**
     * The window that many units earlier (later, when negative).
     *
     * @throws IllegalArgumentException when that is out of the supported times
     */
    public Window minus(int units) {
        LocalDateTime start = dateTime(from);
        return new Window(unit, millis(switch (unit) {
            case HOUR -> start.minusHours(units);
            case DAY -> start.minusDays(units);
            case MONTH -> start.minusMonths(units);
        }));
    }

    /** The next window of the same unit. */
    public Window next() {
        return minus(-1);
    }

    /** The id: {@code 2026-11} for a month, {@code 2026-11-21} for a day, {@code 2026-11-21T05} for an hour. */
    public String id() {
        LocalDate date = date(from);
        // Part of every document's key: written by hand, since a format string costs more than the rest of the key.
        StringBuilder id = new StringBuilder(13);
        digits(id.append(date.getYear() / 1_000).append(date.getYear() / 100 % 10), date.getYear() % 100);
        digits(id.append('-'), date.getMonthValue());
        if (unit != Unit.MONTH) {
            digits(id.append('-'), date.getDayOfMonth());
        }
        if (unit == Unit.HOUR) {
            digits(id.append('T'), hourOfDay(from));
        }
        return id.toString();
    }

    private static void digits(StringBuilder id, int number) {
        id.append((char) ('0' + number / 10)).append((char) ('0' + number % 10));
    }

    /** Coarser units after finer ones, then by time. */
    @Override
    public int compareTo(Window other) {
        int byUnit = unit.compareTo(other.unit);
        return byUnit != 0 ? byUnit : Long.compare(from, other.from);
    }

    @Override
    public String toString() {
        return id();
    }

    private static long start(Unit unit, long time) {
        return switch (unit) {
            case HOUR -> time - Math.floorMod(time, HOUR);
            case DAY -> time - Math.floorMod(time, DAY);
            case MONTH -> time - Math.floorMod(time, DAY) - (date(time).getDayOfMonth() - 1) * DAY;
        };
    }

    private static LocalDate date(long time) {
        return LocalDate.ofEpochDay(Math.floorDiv(time, DAY));
    }

    private static LocalDateTime dateTime(long time) {
        return LocalDateTime.ofInstant(Instant.ofEpochMilli(time), ZoneOffset.UTC);
    }

    private static long millis(LocalDateTime dateTime) {
        return dateTime.toInstant(ZoneOffset.UTC).toEpochMilli();
    }
}
