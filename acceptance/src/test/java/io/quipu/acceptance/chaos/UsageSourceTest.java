package io.quipu.acceptance.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Seed 3, at a day late in a month with 31 days. */
class UsageSourceTest {

    private static final Instant NOW = Instant.parse("2026-10-31T20:00:00Z");
    private static final int USAGES = 4_000;

    private static List<Usage> drawn(int client, long seed) {
        UsageSource source = new UsageSource(client, 2, Offers.own(), new SplittableRandom(seed),
                Clock.fixed(NOW, ZoneOffset.UTC));
        List<Usage> usages = new ArrayList<>();
        for (int i = 0; i < USAGES; i++) {
            usages.add(source.next());
        }
        return usages;
    }

    @Test
    void sameSeedDrawsTheSame() {
        assertThat(drawn(0, 3)).isEqualTo(drawn(0, 3)).isNotEqualTo(drawn(0, 4));
    }

    @Test
    void noTwoUsagesOfAnyClientsHaveOneKey() {
        Set<Usage.Key> keys = new HashSet<>();
        drawn(0, 3).forEach(usage -> keys.add(usage.key()));
        drawn(1, 3).forEach(usage -> keys.add(usage.key()));
        assertThat(keys).hasSize(2 * USAGES).anyMatch(key -> key.dedupId() == null);
    }

    @Test
    void properUsageIsWithinTheSlackAndNotOfTheFuture() {
        long oldest = NOW.minus(Fleet.SLACK).toEpochMilli();
        assertThat(drawn(0, 3)).filteredOn(usage -> !usage.improper())
                .allMatch(usage -> usage.key().end() > oldest && usage.key().end() <= NOW.toEpochMilli())
                .allMatch(usage -> usage.offer().measures().containsAll(usage.measured().keySet()));
    }

    @Test
    void improperUsageIsTooOldOrMeasuresWhatThePlanDoesNot() {
        long oldest = NOW.minus(Fleet.SLACK).toEpochMilli();
        assertThat(drawn(0, 3)).filteredOn(Usage::improper).isNotEmpty().allMatch(usage -> usage.key().end() < oldest
                ^ usage.measured().containsKey(Offers.UNKNOWN_MEASURE));
    }

    @Test
    void theBordersOfTheDayAndTheMonthAreMetToTheMillisecond() {
        for (String border : List.of("2026-10-31T00:00:00Z", "2026-10-01T00:00:00Z")) {
            long first = Instant.parse(border).toEpochMilli();
            assertThat(drawn(0, 3)).as(border).anyMatch(usage -> usage.key().end() == first)
                    .anyMatch(usage -> usage.key().end() == first - 1);
        }
    }

    @Test
    void someUsageDividesByZero() {
        assertThat(drawn(0, 3)).anyMatch(usage -> BigDecimal.ZERO.equals(usage.measured().get(Offers.DIVISOR)));
    }

    @Test
    void everyWayToAccumulateMeetsEveryWayToRate() {
        Map<String, Set<String>> met = new HashMap<>();
        for (Offer offer : Offers.own()) {
            offer.definition("metering").get("metrics").forEach(metric -> offer.definition("rating").get("metrics")
                    .forEach(rated -> {
                        if (rated.get("name").equals(metric.get("name"))) {
                            met.computeIfAbsent(metric.get("accumulate").stringValue(), name -> new HashSet<>())
                                    .add(rated.get("rate").stringValue());
                        }
                    }));
        }
        assertThat(met).containsOnlyKeys("sum", "max", "min", "last", "count");
        assertThat(met.values()).allMatch(rates -> rates.equals(Set.of("per_unit", "tiered", "volume", "package")));
    }
}
