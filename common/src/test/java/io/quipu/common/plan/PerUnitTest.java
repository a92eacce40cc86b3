package io.quipu.common.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PerUnitTest {

    @ParameterizedTest
    @CsvSource({"10, 0.03, 0.3", "0, 0.03, 0", "-10, 0.03, -0.3", "2.5, 0, 0", "1e-30, 1e-30, 1e-60",
        "999999999999999999999999999999, 2, 1999999999999999999999999999998"})
    void costIsPriceTimesQuantityBelowZeroToo(BigDecimal quantity, String price, BigDecimal cost) {
        assertThat(Rate.PER_UNIT.cost(quantity, Prices.perUnit(price, null))).isEqualTo(cost);
    }

    @ParameterizedTest
    @CsvSource({"12, 0.5, 10, 1", "10, 0.5, 10, 0", "10.000001, 0.5, 10, 0.0000005", "9, 0.5, 10, 0", "-5, 0.5, 10, 0"})
    void freeUnitsCostNothingAndGiveNoCredit(BigDecimal quantity, String price, String free, BigDecimal cost) {
        assertThat(Rate.PER_UNIT.cost(quantity, Prices.perUnit(price, free))).isEqualTo(cost);
    }

    @Test
    void theProductRoundsOnceToThirtyFourDigits() {
        assertThat(Rate.PER_UNIT.cost(new BigDecimal("123456789012345678901234567891"),
                Prices.perUnit("123456789012345678901234567891", null)))
                .isEqualTo(new BigDecimal("1.524157875323883675049535156278311E+58"));
    }

    @Test
    void onlyAPriceWithoutFreeUnitsIsLinear() {
        assertThat(Rate.PER_UNIT.linear(Prices.perUnit("1", null))).isTrue();
        assertThat(Rate.PER_UNIT.linear(Prices.perUnit("1", "0"))).isTrue();
        assertThat(Rate.PER_UNIT.linear(Prices.perUnit("1", "1"))).isFalse();
        assertThat(Rate.TIERED.linear(Prices.tiers(null, null, "1"))).isFalse();
        assertThat(Rate.VOLUME.linear(Prices.tiers(null, null, "1"))).isFalse();
        assertThat(Rate.PACKAGE.linear(Prices.packages("1", "1", null))).isFalse();
    }
}
