package io.quipu.common.plan;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RateTest {

    @Test
    void saysWhichMembersAPriceNeeds() {
        assertThat(Rate.PER_UNIT.mismatch(Prices.perUnit("1", "1"))).isEmpty();
        assertThat(Rate.PER_UNIT.mismatch(Prices.packages("1", "1", null))).isPresent();
        assertThat(Rate.TIERED.mismatch(Prices.tiers(null, null, "1"))).isEmpty();
        assertThat(Rate.TIERED.mismatch(Prices.perUnit("1", null))).isPresent();
        assertThat(Rate.VOLUME.mismatch(Prices.tiers(null, null, "1"))).isEmpty();
        assertThat(Rate.PACKAGE.mismatch(Prices.packages("1", "1", null))).isEmpty();
        assertThat(Rate.PACKAGE.mismatch(Prices.perUnit("1", null))).isPresent();
    }
}
