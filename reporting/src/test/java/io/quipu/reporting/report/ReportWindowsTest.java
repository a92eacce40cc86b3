package io.quipu.reporting.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.common.time.Window;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReportWindowsTest {

    private static ReportWindows windows(String time, String now) {
        return ReportWindows.of(new ReportQuery("org", ms(time), 2, 3, 2, Depth.CONSUMER), ms(now));
    }

    private static long ms(String time) {
        return Instant.parse(time).toEpochMilli();
    }

    @Test
    void slotZeroContainsTheTimeAndTheOthersComeBefore() {
        ReportWindows windows = windows("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z");
        assertThat(windows.hours().windows()).extracting(Window::id).containsExactly("2026-01-01T00", "2025-12-31T23");
        assertThat(windows.days().windows()).extracting(Window::id)
                .containsExactly("2026-01-01", "2025-12-31", "2025-12-30");
        assertThat(windows.months().windows()).extracting(Window::id).containsExactly("2026-01", "2025-12");
        assertThat(windows.evaluatedTo()).isEqualTo(ms("2026-01-02T00:00:00Z"));
    }

    @Test
    void theDaysThatHaveTheHoursAreReadForTheOrganizationOnly() {
        ReportWindows windows = ReportWindows.of(new ReportQuery("org", ms("2026-11-21T00:30:00Z"), 2, 1, 1,
                Depth.CONSUMER), ms("2026-11-21T00:30:00Z"));
        assertThat(windows.ofOrganization()).extracting(Window::id)
                .containsExactly("2026-11-20", "2026-11-21", "2026-11");
        assertThat(windows.ofChildren()).extracting(Window::id).containsExactly("2026-11-21", "2026-11");
    }

    /** One millisecond decides whether the time's day is over. */
    @ParameterizedTest
    @CsvSource({
        "2026-11-20T23:59:59.999Z, 2026-11-20T23:59:59.999Z, 0",
        "2026-11-20T23:59:59.999Z, 2026-11-21T00:00:00Z, 20",
        "2026-11-20T00:00:00Z, 2026-11-20T23:59:59.999Z, 0",
        "2026-11-01T00:00:00Z, 2026-11-02T00:00:00Z, 1",
        "2026-11-30T00:00:00Z, 2026-12-24T00:00:00Z, 0",
        "2026-02-28T00:00:00Z, 2026-12-24T00:00:00Z, 0",
        "2024-02-28T00:00:00Z, 2026-12-24T00:00:00Z, 28",
        "2024-02-29T23:59:59.999Z, 2026-12-24T00:00:00Z, 0",
        "2026-12-30T00:00:00Z, 2027-12-24T00:00:00Z, 30",
        "2027-11-20T00:00:00Z, 2026-11-20T00:00:00Z, 0"})
    void aMonthIsCutWhenTheDayIsOverAndHasOthersAfterIt(String time, String now, int days) {
        ReportWindows windows = windows(time, now);
        assertThat(windows.toDate()).hasSize(days);
        assertThat(windows.cut()).isEqualTo(days > 0);
        if (days > 0) {
            assertThat(windows.toDate().get(days - 1)).isEqualTo(Window.day(ms(time)));
        }
    }

    /** Of a day that is over, or the last of its month, nothing in the month's slot is later. */
    @ParameterizedTest
    @CsvSource({
        "2026-11-20T23:59:59.999Z, 2026-11-20T23:59:59.999Z, 2026-11-21",
        "2026-11-20T23:59:59.999Z, 2026-11-21T00:00:00Z,",
        "2026-11-30T23:59:59.999Z, 2026-11-30T23:59:59.999Z,"})
    void theDayAfterIsReadWhereThereMayBeLevels(String time, String now, String later) {
        ReportWindows windows = windows(time, now);
        assertThat(windows.later()).isEqualTo(Optional.ofNullable(later).map(Window::parse));
        assertThat(windows.ofChildren()).doesNotContain(Window.day(ms(time)).next());
        assertThat(windows.ofChildrenWithLevels().contains(Window.day(ms(time)).next())).isEqualTo(later != null);
        assertThat(windows.ofOrganization()).doesNotContain(Window.day(ms(time)).next());
        assertThat(windows.ofOrganizationWithLevels()).isEqualTo(later == null ? Set.of() : Set.of(Window.parse(later)));
    }

    @Test
    void theMonthsOfAllDaysShownAreReadWhereThereAreLevels() {
        ReportWindows windows = ReportWindows.of(new ReportQuery("org", ms("2026-11-01T00:30:00Z"), 2, 1, 1,
                Depth.CONSUMER), ms("2026-11-01T00:30:00Z"));
        assertThat(windows.monthsOfLevels()).extracting(Window::id).containsExactly("2026-10", "2026-11");
        assertThat(windows.ofOrganization()).extracting(Window::id)
                .containsExactly("2026-10-31", "2026-11-01", "2026-11");
        assertThat(windows.ofOrganizationWithLevels()).extracting(Window::id).containsExactly("2026-11-02", "2026-10");
    }
}
