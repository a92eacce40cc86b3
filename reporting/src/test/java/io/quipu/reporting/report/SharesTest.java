package io.quipu.reporting.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.common.time.Window;
import io.quipu.common.usage.PlanPath;
import io.quipu.reporting.report.PooledLevels.Place;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Costs shared by areas, to the last digit. */
class SharesTest {

    private static final Place MONTH = place("2026-10");
    private static final Place DAY = place("2026-10-05");

    private static Place place(String window) {
        return new Place(new PlanKey("r", new PlanPath("p", "m", "r", "c")), "memory", Window.parse(window));
    }

    private static PooledLevels areas(Map<Place, BigDecimal> areas) {
        return new PooledLevels(areas, Map.of());
    }

    private static PooledLevels area(long area) {
        return areas(Map.of(MONTH, BigDecimal.valueOf(area)));
    }

    private static PooledLevels parent(long area, String cost) {
        return new PooledLevels(Map.of(MONTH, BigDecimal.valueOf(area)), Map.of(MONTH, new BigDecimal(cost)));
    }

    private static Map<String, BigDecimal> shared(PooledLevels parent, Map<String, PooledLevels> children) {
        Map<String, BigDecimal> costs = new TreeMap<>();
        Shares.of(parent, new TreeMap<>(children)).forEach((id, share) -> costs.put(id, share.cost(MONTH)));
        return costs;
    }

    @Test
    void theLastByIdTakesWhatIsLeft() {
        Map<String, BigDecimal> costs = shared(parent(3, "10"), Map.of("a", area(1), "b", area(1), "c", area(1)));
        BigDecimal third = new BigDecimal("3.333333333333333333333333333333");
        assertThat(costs).containsEntry("a", third).containsEntry("b", third)
                .containsEntry("c", new BigDecimal("3.333333333333333333333333333334"));
    }

    @Test
    void whoHasNoAreaTakesNothingAlsoWhenItIsTheLast() {
        Map<String, BigDecimal> costs = shared(parent(3, "1"),
                Map.of("a", area(2), "b", area(1), "c", areas(Map.of(DAY, BigDecimal.ONE))));
        assertThat(costs.get("a").add(costs.get("b"))).isEqualByComparingTo("1");
        assertThat(costs.get("c")).isEqualTo(BigDecimal.ZERO);
    }

    @Test
    void whereTheAreasOfChildrenCancelOutNobodyPays() {
        Map<String, BigDecimal> costs = shared(PooledLevels.NONE, Map.of("a", area(5), "b", area(-5)));
        assertThat(costs.values()).allSatisfy(cost -> assertThat(cost).isEqualByComparingTo("0"));
    }

    @Test
    void aNegativeAreaIsACredit() {
        Map<String, BigDecimal> costs = shared(parent(4, "8"), Map.of("a", area(5), "b", area(-1)));
        assertThat(costs.get("a")).isEqualByComparingTo("10");
        assertThat(costs.get("b")).isEqualByComparingTo("-2");
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void inWhateverOrderTheyComeTheSharesAreTheSameAndAddUp(long seed) {
        Random random = new Random(seed);
        SortedMap<String, PooledLevels> children = new TreeMap<>();
        Map<Place, BigDecimal> sums = new HashMap<>();
        for (int i = 0; i < 60; i++) {
            Map<Place, BigDecimal> own = new HashMap<>();
            for (Place place : List.of(MONTH, DAY, place("2026-10-06"))) {
                if (random.nextInt(3) > 0) {
                    own.put(place, BigDecimal.valueOf(1 + random.nextInt(1000), random.nextInt(3)));
                    sums.merge(place, own.get(place), BigDecimal::add);
                }
            }
            children.put("app-" + i, areas(own));
        }
        Map<Place, BigDecimal> costs = new HashMap<>();
        sums.keySet().forEach(place -> costs.put(place, BigDecimal.valueOf(random.nextInt(100_000), 4)));
        PooledLevels parent = new PooledLevels(sums, costs);
        SortedMap<String, PooledLevels> expected = Shares.of(parent, children);
        for (Place place : sums.keySet()) {
            assertThat(expected.values().stream().map(share -> share.cost(place)).reduce(BigDecimal.ZERO, BigDecimal::add))
                    .isEqualByComparingTo(costs.get(place));
        }
        for (int round = 0; round < 20; round++) {
            List<String> ids = new ArrayList<>(children.keySet());
            Collections.shuffle(ids, random);
            Shares shares = new Shares(parent);
            Map<String, PooledLevels> settled = new TreeMap<>();
            Map<String, PooledLevels> waiting = new TreeMap<>();
            for (String id : ids) {
                waiting.put(id, shares.cut(children.get(id)));
                shares.take(id, waiting.get(id)).forEach(done -> settled.put(done, waiting.remove(done)));
                assertThat(waiting.size()).as("as many as there are places").isLessThanOrEqualTo(3);
            }
            waiting.forEach((id, share) -> settled.put(id, shares.withRest(id, share)));
            assertThat(settled.keySet()).isEqualTo(children.keySet());
            settled.forEach((id, share) -> sums.keySet().forEach(place ->
                    assertThat(share.cost(place)).isEqualByComparingTo(expected.get(id).cost(place))));
        }
    }
}
