package io.quipu.common.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PriceTest {

    @Test
    void soundPricesHaveNoFlaw() {
        assertThat(Prices.perUnit("0.03", null).flaw()).isEmpty();
        assertThat(Prices.perUnit("0", "0").flaw()).isEmpty();
        assertThat(Prices.packages("0.5", "1", "1").flaw()).isEmpty();
        assertThat(Prices.tiers("1", "10", "0.5", null, "0").flaw()).isEmpty();
        assertThat(Prices.tiers(null, null, "0.5").flaw()).isEmpty();
    }

    @Test
    void negativeNumbersAreFlaws() {
        assertThat(Prices.perUnit("-0.01", null).flaw()).contains("price must not be negative");
        assertThat(Prices.perUnit("1", "-1").flaw()).contains("free must not be negative");
        assertThat(Prices.tiers(null, "10", "1", null, "-1").flaw()).contains("tiers[1].price must not be negative");
    }

    @Test
    void aPackageWithoutUnitsIsAFlaw() {
        assertThat(Prices.packages("0", "1", null).flaw()).contains("package_size must be above 0");
        assertThat(Prices.packages("-1", "1", null).flaw()).contains("package_size must be above 0");
    }

    @Test
    void tiersMustAscend() {
        assertThat(Prices.tiers(null, "0", "1", null, "1").flaw()).contains("tiers[0].up_to must be above 0");
        assertThat(Prices.tiers(null, "10", "1", "10", "1", null, "1").flaw())
                .contains("tiers[1].up_to must be above the up_to of the tier before it");
        assertThat(Prices.tiers(null, "10", "1", "9", "1", null, "1").flaw())
                .contains("tiers[1].up_to must be above the up_to of the tier before it");
    }

    @Test
    void theLastTierAndOnlyTheLastIsOpen() {
        assertThat(Prices.tiers(null, "10", "1").flaw()).contains("tiers[0], the last tier, must have no up_to");
        assertThat(Prices.tiers(null, null, "1", null, "1").flaw()).contains("tiers[0] must have an up_to");
    }

    @Test
    void numbersHaveBounds() {
        String huge = "1" + "0".repeat(30);
        assertThat(Prices.perUnit(huge, null).flaw().orElseThrow()).startsWith("price has more than 30 digits");
        assertThat(Prices.perUnit("1", "1e-31").flaw().orElseThrow()).startsWith("free has");
        assertThat(Prices.packages(huge, "1", null).flaw().orElseThrow()).startsWith("package_size has");
        assertThat(Prices.tiers(null, huge, "1", null, "1").flaw().orElseThrow()).startsWith("tiers[0].up_to has");
    }

    @Test
    void thereAreAtMostSoManyTiers() {
        List<Price.Tier> tiers = new ArrayList<>();
        for (int i = 1; i < Price.MAX_TIERS; i++) {
            tiers.add(new Price.Tier(BigDecimal.valueOf(i), BigDecimal.ONE));
        }
        Price.Tier open = new Price.Tier(null, BigDecimal.ONE);
        tiers.add(open);
        assertThat(new Price("USA", null, null, null, tiers, null).flaw()).isEmpty();
        tiers.add(0, new Price.Tier(new BigDecimal("0.5"), BigDecimal.ONE));
        assertThat(new Price("USA", null, null, null, tiers, null).flaw().orElseThrow()).contains("more than 100");
    }

    @Test
    void aRateSaysWhichMembersItsPriceNeeds() {
        assertThat(Rate.PER_UNIT.mismatch(Prices.perUnit("1", "1"))).isEmpty();
        assertThat(Rate.PER_UNIT.mismatch(Prices.packages("1", "1", null))).isPresent();
        assertThat(Rate.TIERED.mismatch(Prices.tiers(null, null, "1"))).isEmpty();
        assertThat(Rate.TIERED.mismatch(Prices.perUnit("1", null))).isPresent();
        assertThat(Rate.VOLUME.mismatch(Prices.tiers(null, null, "1"))).isEmpty();
        assertThat(Rate.PACKAGE.mismatch(Prices.packages("1", "1", null))).isEmpty();
        assertThat(Rate.PACKAGE.mismatch(Prices.perUnit("1", null))).isPresent();
    }
}
