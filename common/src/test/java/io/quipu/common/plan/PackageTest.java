package io.quipu.common.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PackageTest {

    @ParameterizedTest
    @CsvSource({"-1, 0", "0, 0", "5, 0", "5.0000001, 3", "6, 3", "105, 3", "105.1, 6", "205, 6", "206, 9"})
    void aPackageThatWasBegunCountsAsFull(BigDecimal quantity, BigDecimal cost) {
        assertThat(Rate.PACKAGE.cost(quantity, Prices.packages("100", "3", "5"))).isEqualByComparingTo(cost);
    }

    @ParameterizedTest
    @CsvSource({"1, 0.3, 4", "0.9, 0.3, 3", "0.1, 0.3, 1", "999999999999999999999999999999, 1e-30, 999999999999999999999999999999e30",
        "1e-30, 1e29, 1"})
    void packagesOfAnySizeAreCountedExactly(BigDecimal quantity, String size, BigDecimal packages) {
        assertThat(Rate.PACKAGE.cost(quantity, Prices.packages(size, "1", null))).isEqualByComparingTo(packages);
    }
}
