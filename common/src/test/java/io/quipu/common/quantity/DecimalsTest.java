package io.quipu.common.quantity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Random;
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

    private static BigDecimal number(Random random) {
        BigInteger digits = switch (random.nextInt(4)) {
            case 0 -> BigInteger.valueOf(random.nextInt(2001) - 1000);
            case 1 -> BigInteger.valueOf(random.nextLong());
            case 2 -> BigInteger.TWO.pow(random.nextInt(66)).multiply(BigInteger.valueOf(5).pow(random.nextInt(28)))
                    .multiply(BigInteger.valueOf(random.nextInt(19) - 9));
            default -> new BigInteger(random.nextInt(130), random).subtract(new BigInteger(random.nextInt(130), random));
        };
        return new BigDecimal(digits, random.nextInt(60) - 20);
    }

    /** Of what has been made faster, against what it says; also of numbers near the limits of long arithmetic. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void resultsAreThoseOfTheirDefinitions(long seed) {
        Random random = new Random(seed);
        List<BigDecimal> units = List.of(new BigDecimal("1000"), new BigDecimal("3600000"), new BigDecimal("86400000"),
                new BigDecimal("2592000000"), new BigDecimal("1048576"),
                new BigDecimal("1073741824"), new BigDecimal("1.073741824"), BigDecimal.valueOf(5L << 40), BigDecimal.valueOf(Long.MAX_VALUE), BigDecimal.valueOf(Long.MIN_VALUE),
                BigDecimal.valueOf(1L << 62), BigDecimal.valueOf(-(1L << 62)), BigDecimal.valueOf((1L << 62) - 1));
        for (int i = 0; i < 20_000; i++) {
            BigDecimal a = random.nextInt(9) == 0 ? units.get(random.nextInt(units.size())) : number(random);
            BigDecimal b = random.nextBoolean() ? units.get(random.nextInt(units.size())) : number(random);
            BigDecimal multiple = random.nextBoolean() ? a.multiply(b) : a;
            BigDecimal normal = multiple.signum() == 0 ? BigDecimal.ZERO : multiple.stripTrailingZeros();
            assertThat(Decimals.normalize(multiple)).isEqualTo(normal);
            assertThat(Decimals.plain(multiple)).isEqualTo(normal.toPlainString());
            assertThat(Decimals.fraction(multiple)).isIn(normal.scale() > 0 ? normal.toPlainString() : null, null);
            assertThat(Decimals.add(a, b)).isEqualTo(Decimals.normalize(a.add(b)));
            if (b.signum() != 0) {
                assertThat(Decimals.divide(multiple, b)).as("%s / %s", multiple, b)
                        .isEqualTo(Decimals.normalize(multiple.divide(b, Decimals.PRECISION)));
            }
        }
    }

    /** Of dividends and divisors that are longs, also of those at the limit of what long division can do, and of every scale. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void quotientsOfLongsAreThoseOfTheJdkAndLookLikeThem(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 60_000; i++) {
            long over = random.nextLong() >> 1 + random.nextInt(62);
            long under = switch (random.nextInt(5)) {
                case 0 -> Quotient.MAX_DIVISOR + random.nextInt(5) - 2;
                case 1 -> 3_600_000;
                case 2 -> -1 - random.nextInt(1_000);
                case 3 -> 1 + random.nextInt(100);
                default -> 1 + (random.nextLong() >>> 29 + random.nextInt(34));
            };
            BigDecimal dividend = BigDecimal.valueOf(over, random.nextInt(90) - 30);
            BigDecimal divisor = BigDecimal.valueOf(under, random.nextInt(5));
            BigDecimal expected = dividend.divide(divisor, Decimals.PRECISION);
            expected = expected.signum() == 0 ? BigDecimal.ZERO : expected.stripTrailingZeros();

            BigDecimal quotient = Decimals.divide(dividend, divisor);

            assertThat(quotient).as("%s / %s", dividend, divisor).isEqualTo(expected).hasToString(expected.toString());
            assertThat(Decimals.plain(quotient)).isEqualTo(expected.toPlainString());
            assertThat(quotient.negate()).isEqualTo(expected.negate()).hasToString(expected.negate().toString());
        }
    }

    /** What half even says does not matter where digits go on for ever, but zeros and nines at the cut do. */
    @ParameterizedTest
    @CsvSource({"1, 3", "2, 3", "1, 7", "-1, 7", "10, 999999999", "999999999, 1000000001", "4611686018427387903, 9223372036",
        "1, 9223372036", "-8, 9223372036", "99999999999999999, 7", "100000000000000000, 7", "1, 998001", "9223372035, 9223372036"})
    void quotientsAtBoundaries(BigDecimal dividend, BigDecimal divisor) {
        assertThat(Decimals.divide(dividend, divisor)).isEqualTo(dividend.divide(divisor, Decimals.PRECISION).stripTrailingZeros())
                .hasToString(dividend.divide(divisor, Decimals.PRECISION).stripTrailingZeros().toString());
    }

    @Test
    void whatIsNormalizedIsItsOwnNormalForm() {
        BigDecimal third = Decimals.divide(BigDecimal.ONE, BigDecimal.valueOf(3));
        assertThat(Decimals.normalize(third)).isSameAs(third);
        assertThat(Decimals.fraction(third)).isSameAs(Decimals.fraction(third)).startsWith("0.333");
        assertThat(Decimals.fraction(new BigDecimal("1.50"))).as("not in normal form").isNull();
        assertThat(Decimals.add(third, BigDecimal.ZERO)).isSameAs(third);
        assertThat(Decimals.add(BigDecimal.ZERO, third)).isSameAs(third);
    }

    @ParameterizedTest
    @CsvSource({"1e-6, 0.000001", "1.5e-6, 0.0000015", "1e-7, 0.0000001", "1e-30, 0.000000000000000000000000000001"})
    void smallNumbersHaveNoExponentEither(BigDecimal number, String plain) {
        assertThat(Decimals.plain(number)).isEqualTo(plain);
    }

    @ParameterizedTest
    @CsvSource({"1e2147483647, 1e-2147483647", "1e-2147483647, 1e2147483647"})
    void aQuotientWhoseScaleIsNoIntIsRefusedAsEver(BigDecimal dividend, BigDecimal divisor) {
        assertThatThrownBy(() -> dividend.divide(divisor, Decimals.PRECISION)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> Decimals.divide(dividend, divisor)).isInstanceOf(ArithmeticException.class);
    }
}
