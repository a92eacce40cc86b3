package io.quipu.common.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.GregorianCalendar;
import java.util.Random;
import java.util.TimeZone;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class WindowTest {

    @ParameterizedTest
    @CsvSource({
        "2026-11-21T05:06:07.008Z, 2026-11,    2026-11-21, 2026-11-21T05",
        "2026-11-30T23:59:59.999Z, 2026-11,    2026-11-30, 2026-11-30T23",
        "2026-12-01T00:00:00.000Z, 2026-12,    2026-12-01, 2026-12-01T00",
        "2026-12-31T23:59:59.999Z, 2026-12,    2026-12-31, 2026-12-31T23",
        "2027-01-01T00:00:00.000Z, 2027-01,    2027-01-01, 2027-01-01T00",
        "2028-02-29T12:00:00.000Z, 2028-02,    2028-02-29, 2028-02-29T12",
        "2028-02-29T23:59:59.999Z, 2028-02,    2028-02-29, 2028-02-29T23",
        "2028-03-01T00:00:00.000Z, 2028-03,    2028-03-01, 2028-03-01T00",
        "2027-02-28T23:59:59.999Z, 2027-02,    2027-02-28, 2027-02-28T23",
        "2100-02-28T23:59:59.999Z, 2100-02,    2100-02-28, 2100-02-28T23",
        "2100-03-01T00:00:00.000Z, 2100-03,    2100-03-01, 2100-03-01T00",
        "1970-01-01T00:00:00.000Z, 1970-01,    1970-01-01, 1970-01-01T00",
        "9998-12-31T23:59:59.999Z, 9998-12,    9998-12-31, 9998-12-31T23"})
    void aTimeIsInTheCalendarWindowsThatContainIt(Instant time, String month, String day, String hour) {
        assertThat(Window.month(time.toEpochMilli()).id()).isEqualTo(month);
        assertThat(Window.day(time.toEpochMilli()).id()).isEqualTo(day);
        assertThat(Window.hour(time.toEpochMilli()).id()).isEqualTo(hour);
    }

    @ParameterizedTest
    @CsvSource({"2026-02, 28", "2028-02, 29", "2000-02, 29", "2100-02, 28", "2026-04, 30", "2026-12, 31", "2026-01, 31"})
    void aMonthHasItsDays(String id, long days) {
        Window month = Window.parse(id);
        assertThat(month.to() - month.from()).isEqualTo(days * 86_400_000L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2026-11", "2026-12", "2028-02", "2026-11-30", "2026-12-31", "2028-02-29", "2026-12-31T23"})
    void theStartIsInsideAndTheEndIsNot(String id) {
        Window window = Window.parse(id);
        assertThat(window.contains(window.from())).isTrue();
        assertThat(window.contains(window.from() - 1)).isFalse();
        assertThat(window.contains(window.to() - 1)).isTrue();
        assertThat(window.contains(window.to())).isFalse();
        assertThat(Window.of(window.unit(), window.to() - 1)).isEqualTo(window);
        assertThat(Window.of(window.unit(), window.to())).isEqualTo(window.next()).isNotEqualTo(window);
        assertThat(window.next().minus(1)).isEqualTo(window);
    }

    @ParameterizedTest
    @CsvSource({"2026-01, 1, 2025-12", "2026-12, -1, 2027-01", "2026-03, 13, 2025-02", "2028-03-01, 1, 2028-02-29",
        "2027-01-01, 1, 2026-12-31", "2027-01-01T00, 1, 2026-12-31T23", "2026-05, 0, 2026-05", "2028-02-29, 366, 2027-02-28"})
    void minusGoesBackByCalendarUnits(String id, int units, String expected) {
        assertThat(Window.parse(id).minus(units)).isEqualTo(Window.parse(expected));
    }

    @Test
    void timesOutOfRangeHaveNoWindow() {
        assertThatThrownBy(() -> Window.day(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Window.day(Window.MAX_TIME)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Window.month(0).minus(1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Window.parse("9998-12").next()).isInstanceOf(IllegalArgumentException.class);
        assertThat(Window.parse("9998-12").to()).isEqualTo(Window.MAX_TIME);
        assertThatThrownBy(() -> new Window(Window.Unit.DAY, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "2026", "2026-13", "2026-02-30", "2027-02-29", "2026-11-21T24", "2026-11-21t05",
        "2026-11-21 05", "26-11-0001", "2026-1-1", "+026-11", "2026-11-2x", "9999-01", "1969-12", "-001-01", "2026-11-21T05:00", "٢٠٢٦-11"})
    void whatIsNoIdIsRefused(String id) {
        assertThatThrownBy(() -> Window.parse(id)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @EnumSource(Window.Unit.class)
    void windowsAgreeWithTheOtherCalendarOfTheJdkAndIdsRoundTripAndSort(Window.Unit unit) {
        long seed = 20261121L + unit.ordinal();
        Random random = new Random(seed);
        Window last = null;
        for (int i = 0; i < 20_000; i++) {
            long time = Math.floorMod(random.nextLong(), Window.MAX_TIME);
            if (random.nextBoolean()) {
                // at an edge, or a millisecond beside it
                time = Math.min(Window.MAX_TIME - 1, Math.max(0, Window.of(unit, time).from() + random.nextInt(3) - 1));
            }
            GregorianCalendar calendar = new GregorianCalendar(TimeZone.getTimeZone("UTC"));
            calendar.setTimeInMillis(time);
            calendar.set(GregorianCalendar.MILLISECOND, 0);
            calendar.set(GregorianCalendar.SECOND, 0);
            calendar.set(GregorianCalendar.MINUTE, 0);
            if (unit != Window.Unit.HOUR) {
                calendar.set(GregorianCalendar.HOUR_OF_DAY, 0);
            }
            if (unit == Window.Unit.MONTH) {
                calendar.set(GregorianCalendar.DAY_OF_MONTH, 1);
            }
            Window window = Window.of(unit, time);
            assertThat(window.from()).as("seed %d, time %d", seed, time).isEqualTo(calendar.getTimeInMillis());
            assertThat(Window.parse(window.id())).isEqualTo(window);
            assertThat(window.contains(time)).isTrue();
            if (last != null) {
                assertThat(Integer.signum(window.id().compareTo(last.id())))
                        .isEqualTo(Integer.signum(window.compareTo(last)));
            }
            last = window;
        }
    }

    @Test
    void hoursOfADayAreCountedFromMidnight() {
        assertThat(Window.hourOfDay(Window.parse("2026-11-21").from())).isZero();
        assertThat(Window.hourOfDay(Window.parse("2026-11-21").to() - 1)).isEqualTo(23);
        assertThat(Window.hourOfDay(Window.parse("2026-11-21T05").from())).isEqualTo(5);
    }
}
