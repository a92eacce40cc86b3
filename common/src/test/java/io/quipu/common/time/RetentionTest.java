package io.quipu.common.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.time.Period;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetentionTest {

    private static long at(String time) {
        return Instant.parse(time).toEpochMilli();
    }

    @ParameterizedTest
    @CsvSource({
        "P13M, 2026-11, 2028-01-01T00:00:00Z",
        "P13M, 2026-11-01, 2028-01-01T00:00:00Z",
        "P13M, 2026-11-30, 2028-01-01T00:00:00Z",
        "P2M, 2026-12, 2027-03-01T00:00:00Z",
        "P2M, 2027-12-31, 2028-03-01T00:00:00Z",
        "P1Y, 2028-02-29, 2029-03-01T00:00:00Z",
        "P1Y1M, 1970-01, 1971-03-01T00:00:00Z",
        "P50Y, 9998-12, +10049-01-01T00:00:00Z"})
    void aMonthAndItsDaysGoTogether(Period period, String window, Instant expiry) {
        assertThat(Retention.of("instances", period).expiry(Window.parse(window))).isEqualTo(expiry.toEpochMilli());
    }

    @Test
    void whatIsGoneForReadersIsThereForADayMore() {
        Retention retention = Retention.of("instances", Period.ofMonths(13));
        long expiry = retention.expiry(Window.parse("2026-11"));
        long gone = expiry - Retention.MARGIN.toMillis();

        assertThat(retention.keptFrom(gone - 1)).isEqualTo(at("2026-11-01T00:00:00Z"));
        assertThat(retention.keptFrom(gone)).isEqualTo(at("2026-12-01T00:00:00Z"));
        assertThat(retention.keptFrom(expiry)).isEqualTo(at("2026-12-01T00:00:00Z"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"2027-02-28T23:59:59.999Z", "2028-02-29T12:00:00Z", "2027-12-31T23:59:59Z", "2027-03-01T00:00:00Z"})
    void theFewestMonthsKeepWhatAReportShowsByDefaultOnEveryDay(Instant now) {
        Window last = Window.month(now.toEpochMilli()).minus(1);

        assertThat(Retention.of("instances", Period.ofMonths(Retention.MIN_MONTHS)).keptFrom(now.toEpochMilli()))
                .isLessThanOrEqualTo(last.from());
    }

    @Test
    void theEpochIsAsFarBackAsItGoes() {
        assertThat(Retention.of("instances", Period.ofMonths(600)).keptFrom(at("2000-01-01T00:00:00Z"))).isZero();
    }

    @Test
    void noMonthsAreForEver() {
        Retention retention = Retention.of("consumers", Period.ZERO);

        assertThat(retention).isEqualTo(Retention.forEver("consumers"));
        assertThat(retention.expiry(Window.parse("1970-01-01"))).isEqualTo(Retention.NEVER);
        assertThat(retention.keptFrom(at("2100-01-01T00:00:00Z"))).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"P1M", "P601M", "P-13M", "P13M1D", "P400D", "P2147483647Y"})
    void whatIsNotWholeMonthsWithinTheLimitsIsRefused(Period period) {
        assertThatIllegalArgumentException().isThrownBy(() -> Retention.of("instances", period))
                .withMessage("it must be whole months, from P2M to P600M, or P0M for ever");
    }

    @Test
    void theShortestAndTheLongestAreTaken() {
        assertThat(Retention.of("instances", Period.parse("P2M")).months()).isEqualTo(2);
        assertThat(Retention.of("instances", Period.parse("P50Y")).months()).isEqualTo(600);
        assertThat(Retention.of("instances", Period.parse("P50Y")).property()).isEqualTo("quipu.retention.instances");
    }
}
