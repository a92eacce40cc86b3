package io.quipu.common.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every price model against a recount in whole hundredths: one hundredth of a unit after the other is looked at and paid
 * for, with {@code long} arithmetic only. Quantities and bounds are hundredths of units, prices are whole.
 */
class RatePropertyTest {

    private static final int CASES = 2_000;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void costsAgreeWithARecountOfEachHundredth(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < CASES; i++) {
            long free = random.nextInt(3) == 0 ? 0 : random.nextInt(300);
            int tiers = 1 + random.nextInt(4);
            long[] upTo = new long[tiers];
            long[] prices = new long[tiers];
            for (int t = 0; t < tiers; t++) {
                upTo[t] = t == tiers - 1 ? Long.MAX_VALUE : (t == 0 ? 0 : upTo[t - 1]) + 1 + random.nextInt(300);
                prices[t] = random.nextInt(20);
            }
            long size = 1 + random.nextInt(250);
            long quantity = quantity(random, free, upTo, size);
            String[] arguments = new String[tiers * 2];
            for (int t = 0; t < tiers; t++) {
                arguments[2 * t] = t == tiers - 1 ? null : hundredths(upTo[t]).toString();
                arguments[2 * t + 1] = Long.toString(prices[t]);
            }
            String freeUnits = hundredths(free).toString();
            Price tiered = Prices.tiers(freeUnits, arguments);

            long graduated = 0;
            long packages = 0;
            long perUnit = 0;
            long volumePrice = 0;
            for (long step = 1; step <= quantity - free; step++) {
                int tier = 0;
                while (step > upTo[tier]) {
                    tier++;
                }
                graduated += prices[tier];
                volumePrice = prices[tier];
                perUnit += prices[0];
                packages += step % size == 1 || size == 1 ? 1 : 0;
            }
            long volume = volumePrice * Math.max(0, quantity - free);
            BigDecimal units = hundredths(quantity);
            String description = "seed " + seed + ", case " + i + ": " + units + " at " + tiered + ", packages of " + size;
            assertThat(Rate.TIERED.cost(units, tiered)).as(description).isEqualByComparingTo(hundredths(graduated));
            assertThat(Rate.VOLUME.cost(units, tiered)).as(description).isEqualByComparingTo(hundredths(volume));
            assertThat(Rate.PACKAGE.cost(units, Prices.packages(hundredths(size).toString(), Long.toString(prices[0]), freeUnits)))
                    .as(description).isEqualByComparingTo(BigDecimal.valueOf(packages * prices[0]));
            BigDecimal linear = free == 0 ? hundredths(quantity * prices[0]) : hundredths(perUnit);
            assertThat(Rate.PER_UNIT.cost(units, Prices.perUnit(Long.toString(prices[0]), freeUnits)))
                    .as(description).isEqualByComparingTo(linear);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {5, 6})
    void whatUsagesAddIsTheCostOfTheirTotalInAnyOrder(long seed) {
        Random random = new Random(seed);
        Price price = Prices.tiers("1.5", "10", "0.37", "20.25", "0.123456789", null, "0.011");
        for (Rate rate : new Rate[] {Rate.TIERED, Rate.VOLUME}) {
            BigDecimal total = BigDecimal.ZERO;
            BigDecimal charged = BigDecimal.ZERO;
            for (int i = 0; i < 500; i++) {
                BigDecimal after = total.add(BigDecimal.valueOf(random.nextInt(2_000) - 900, 3));
                charged = charged.add(rate.cost(after, price).subtract(rate.cost(total, price)));
                total = after;
                assertThat(charged).isEqualByComparingTo(rate.cost(total, price));
            }
        }
    }

    /** At a bound, a hundredth beside it, zero, below zero, or anywhere. */
    private static long quantity(Random random, long free, long[] upTo, long size) {
        return switch (random.nextInt(6)) {
            case 0 -> free + random.nextInt(3) - 1;
            case 1 -> -random.nextInt(100);
            case 2 -> free + size * random.nextInt(4) + random.nextInt(3) - 1;
            case 3 -> random.nextInt(2_000);
            default -> free + (upTo.length == 1 ? 0 : upTo[random.nextInt(upTo.length - 1)]) + random.nextInt(3) - 1;
        };
    }

    private static BigDecimal hundredths(long number) {
        return BigDecimal.valueOf(number, 2);
    }
}
