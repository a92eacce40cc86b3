package io.quipu.common.quantity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DecimalsTest {

    @Test
    void equalNumbersHaveOneNormalForm() {
        assertThat(Decimals.normalize(new BigDecimal("1.00"))).isEqualTo(new BigDecimal("1"));
        assertThat(Decimals.normalize(new BigDecimal("100"))).isEqualTo(new BigDecimal("1E+2"));
        assertThat(Decimals.normalize(new BigDecimal("0E+7"))).isSameAs(BigDecimal.ZERO);
        assertThat(Decimals.normalize(new BigDecimal("-0.000"))).isSameAs(BigDecimal.ZERO);
    }

    @ParameterizedTest
    @CsvSource({"1E+3, 1000", "1.50, 1.5", "0.0, 0", "-2E-3, -0.002", "1e30, 1000000000000000000000000000000"})
    void plainHasNoExponent(BigDecimal number, String plain) {
        assertThat(Decimals.plain(number)).isEqualTo(plain);
    }

    @ParameterizedTest
    @CsvSource({"999999999999999999999999999999, true", "1e30, false", "1e29, true", "-1e30, false", "1e-30, true",
        "1e-31, false", "0, true", "0e500, true", "1.000000000000000000000000000000000, true",
        "999999999999999999999999999999.999999999999999999999999999999, true"})
    void aSubmittedQuantityHasThirtyDigitsOnEachSide(BigDecimal number, boolean submittable) {
        assertThat(Decimals.submittable(number)).isEqualTo(submittable);
    }

    @ParameterizedTest
    @CsvSource({"1e29, true", "1e30, false", "1e-100, true", "1e-101, false"})
    void aComputedQuantityHasThirtyDigitsBeforeAndAHundredAfterThePoint(BigDecimal number, boolean computable) {
        assertThat(Decimals.computable(number)).isEqualTo(computable);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e1000000000", "-1e1000000000", "1e-1000000000", "10e2147483646", "1e2147483647",
        "100e2147483640", "1e-2147483647", "12345e-2147483640"})
    void hugeScalesAreJudgedAtOnce(String number) {
        BigDecimal huge = new BigDecimal(number);
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(5), () -> {
            assertThat(Decimals.submittable(huge)).isFalse();
            assertThat(Decimals.computable(huge)).isFalse();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"0e1000000000", "0e-1000000000"})
    void aZeroOfAHugeScaleIsZero(String number) {
        assertThat(Decimals.submittable(new BigDecimal(number))).isTrue();
        assertThat(Decimals.plain(new BigDecimal(number))).isEqualTo("0");
    }

    @Test
    void sumsAndDifferencesAreExactAndNormalized() {
        assertThat(Decimals.add(new BigDecimal("1e29"), new BigDecimal("1e-30"))).isEqualTo(
                new BigDecimal("100000000000000000000000000000.000000000000000000000000000001"));
        assertThat(Decimals.add(new BigDecimal("0.1"), new BigDecimal("0.9"))).isEqualTo(BigDecimal.ONE);
        assertThat(Decimals.subtract(new BigDecimal("1.10"), new BigDecimal("1.1"))).isSameAs(BigDecimal.ZERO);
    }

    @Test
    void productsAndQuotientsRoundToThirtyFourDigitsHalfEven() {
        assertThat(Decimals.divide(BigDecimal.ONE, new BigDecimal("3")))
                .isEqualTo(new BigDecimal("0." + "3".repeat(34)));
        assertThat(Decimals.multiply(new BigDecimal("1" + "0".repeat(33) + "5"), BigDecimal.ONE))
                .isEqualTo(new BigDecimal("1e34"));
        assertThat(Decimals.multiply(new BigDecimal("1" + "0".repeat(32) + "15"), BigDecimal.ONE))
                .isEqualTo(new BigDecimal("1" + "0".repeat(32) + "20").stripTrailingZeros());
        assertThatThrownBy(() -> Decimals.divide(BigDecimal.ONE, new BigDecimal("0.0")))
                .isInstanceOf(ArithmeticException.class);
    }
}
