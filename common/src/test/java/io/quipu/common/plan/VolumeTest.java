package io.quipu.common.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VolumeTest {

    @ParameterizedTest
    @CsvSource({"-5, 0", "0, 0", "1, 0", "1.5, 0.25", "11, 5", "11.01, 4.004", "12, 4.4", "21, 8", "21.001, 5.00025", "22, 5.25"})
    void allUnitsCostThePriceOfTheTierThatTheirNumberFallsIn(BigDecimal quantity, BigDecimal cost) {
        Price price = Prices.tiers("1", "10", "0.5", "20", "0.4", null, "0.25");
        assertThat(Rate.VOLUME.cost(quantity, price)).isEqualByComparingTo(cost);
    }
}
