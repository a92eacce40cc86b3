package io.quipu.collector.lease;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SpreadTest {

    @Test
    void oneHasAllAndTheNextOneTakesHalf() {
        SortedMap<String, List<Integer>> one = Spread.over(64, Map.of("a", List.of()));
        assertThat(one.get("a")).isEqualTo(IntStream.range(0, 64).boxed().toList());

        SortedMap<String, List<Integer>> two = Spread.over(64, Map.of("a", one.get("a"), "b", List.of()));
        assertThat(two.get("a")).isEqualTo(IntStream.range(0, 32).boxed().toList());
        assertThat(two.get("b")).isEqualTo(IntStream.range(32, 64).boxed().toList());
    }

    @Test
    void oneMoreStaysWithWhoHasIt() {
        assertThat(Spread.over(5, Map.of("a", List.of(0, 1), "b", List.of(2, 3, 4))))
                .isEqualTo(Map.of("a", List.of(0, 1), "b", List.of(2, 3, 4)));
    }

    @Test
    void thereMayBeMoreInstancesThanPartitions() {
        assertThat(Spread.over(2, Map.of("a", List.of(), "b", List.of(), "c", List.of(1))))
                .isEqualTo(Map.of("a", List.of(0), "b", List.of(), "c", List.of(1)));
    }

    @Test
    void whatSeveralHaveOrDoesNotExistIsSettled() {
        assertThat(Spread.over(3, Map.of("a", List.of(0, 7, -1), "b", List.of(0, 1, 2))))
                .isEqualTo(Map.of("a", List.of(0), "b", List.of(1, 2)));
        assertThat(Spread.over(3, Map.of())).isEmpty();
    }

    @Test
    void anyHistoryOfArrivalsAndDeathsIsSpreadEvenlyWithTheFewestMoves() {
        long seed = System.nanoTime();
        System.out.println("spread: seed " + seed);
        Random random = new Random(seed);
        for (int history = 0; history < 2_000; history++) {
            // One in ten is large: what a small one does not show is only what its size does.
            boolean small = history % 10 != 0;
            int partitions = 1 + random.nextInt(small ? 64 : 1_024);
            int most = 1 + random.nextInt(small ? 20 : 200);
            Map<String, List<Integer>> held = new TreeMap<>();
            for (int step = 0; step < 8; step++) {
                change(random, held, most);
                SortedMap<String, List<Integer>> spread = Spread.over(partitions, held);
                check(partitions, held, spread, "seed " + seed + ", history " + history + ", step " + step);
                held = new TreeMap<>(spread);
            }
        }
    }

    private static void change(Random random, Map<String, List<Integer>> held, int most) {
        for (String id : List.copyOf(held.keySet())) {
            if (random.nextInt(4) == 0) {
                held.remove(id);
            }
        }
        int arrivals = random.nextInt(most + 1);
        for (int i = 0; i < arrivals && held.size() < most || held.isEmpty(); i++) {
            held.put("i" + random.nextInt(100_000), List.of());
        }
    }

    private static void check(int partitions, Map<String, List<Integer>> before, SortedMap<String, List<Integer>> after, String what) {
        assertThat(after.keySet()).as(what).isEqualTo(before.keySet());
        List<Integer> all = new ArrayList<>();
        after.values().forEach(all::addAll);
        assertThat(new TreeSet<>(all)).as(what).hasSize(partitions).hasSameSizeAs(all);
        int fewest = after.values().stream().mapToInt(List::size).min().orElseThrow();
        int most = after.values().stream().mapToInt(List::size).max().orElseThrow();
        assertThat(most - fewest).as(what).isBetween(0, 1);
        assertThat(kept(before, after)).as(what).isEqualTo(mostKept(partitions, before));
        Map<String, List<Integer>> otherOrder = new HashMap<>(before);
        assertThat(Spread.over(partitions, otherOrder)).as(what).isEqualTo(after);
        assertThat(Spread.over(partitions, after)).as(what).isEqualTo(after);
    }

    private static int kept(Map<String, List<Integer>> before, Map<String, List<Integer>> after) {
        int kept = 0;
        for (Map.Entry<String, List<Integer>> entry : before.entrySet()) {
            Set<Integer> has = new HashSet<>(after.get(entry.getKey()));
            kept += (int) entry.getValue().stream().filter(has::contains).count();
        }
        return kept;
    }

    /** However quotas are dealt out: as many as possible stay when those that have most may keep one more. */
    private static int mostKept(int partitions, Map<String, List<Integer>> before) {
        int least = partitions / before.size();
        int larger = partitions % before.size();
        int kept = before.values().stream().mapToInt(had -> Math.min(had.size(), least)).sum();
        long above = before.values().stream().filter(had -> had.size() > least).count();
        return kept + (int) Math.min(larger, above);
    }
}
