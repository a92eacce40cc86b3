package io.quipu.common.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TieredTest {

    @ParameterizedTest
    @CsvSource({"-5, 0", "0, 0", "0.5, 0", "1, 0", "1.01, 0.005", "2, 0.5", "11, 5", "11.000001, 5.0000004", "12, 5.4",
        "21, 9", "22, 9.25", "100000000000000000000000000021, 25000000000000000000000000009",
        "1.000000000000000000000000000001, 5e-31"})
    void eachUnitCostsThePriceOfItsTier(BigDecimal quantity, BigDecimal cost) {
        Price price = Prices.tiers("1", "10", "0.5", "20", "0.4", null, "0.25");
        assertThat(Rate.TIERED.cost(quantity, price)).isEqualByComparingTo(cost);
    }

    @ParameterizedTest
    @CsvSource({"1, 3", "7.5, 22.5", "0, 0", "-1, 0"})
    void aSingleTierIsAPricePerUnitWithoutCredit(BigDecimal quantity, BigDecimal cost) {
        assertThat(Rate.TIERED.cost(quantity, Prices.tiers(null, null, "3"))).isEqualByComparingTo(cost);
    }

    @ParameterizedTest
    @CsvSource({"5, 0", "10, 0", "11, 2"})
    void aTierMayBeFreeOfCharge(BigDecimal quantity, BigDecimal cost) {
        assertThat(Rate.TIERED.cost(quantity, Prices.tiers(null, "10", "0", null, "2"))).isEqualByComparingTo(cost);
    }
}
