package io.quipu.common.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.common.quantity.Value;
import io.quipu.common.time.Window;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Each accumulate function, folded usage by usage in any order into months and days, with totals aggregated by
 * difference over instances, against a recount from all usages at the end: by {@code if}s over a list, calendar by text.
 */
class AccumulatePropertyTest {

    private static final long NOVEMBER = 1_793_491_200_000L;
    private static final long DAY = 86_400_000L;

    private record Usage(int instance, long end, BigDecimal quantity) {
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @CsvSource({"sum, 1", "sum, 2", "max, 1", "max, 2", "min, 1", "min, 2", "last, 1", "last, 2", "count, 1", "count, 2"})
    void windowsAndTotalsAgreeWithARecount(String accumulate, long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 100; round++) {
            List<Usage> usages = new ArrayList<>();
            for (int n = random.nextInt(60); n >= 0; n--) {
                usages.add(new Usage(random.nextInt(3), end(random), quantity(random)));
            }
            TreeMap<String, Value> states = new TreeMap<>();
            TreeMap<String, Value> totals = new TreeMap<>();
            MetricFunctions functions =
                    BuiltInFunctions.of(new MeteringPlan.Metric("m", "UNIT", null, null, accumulate));
            for (Usage usage : usages) {
                for (Window window : List.of(Window.month(usage.end()), Window.day(usage.end()))) {
                    String key = usage.instance() + "@" + window.id();
                    Optional<Value> before = Optional.ofNullable(states.get(key));
                    Value after = functions.accumulate(before, Value.of(usage.quantity()), usage.end(), usage.end(), window)
                            .orElseThrow();
                    states.put(key, after);
                    totals.put(window.id(), functions.aggregate(Optional.ofNullable(totals.get(window.id())),
                            before.map(functions::quantity), functions.quantity(after)));
                }
            }
            String story = "seed " + seed + ", round " + round + ": " + usages;
            TreeMap<String, BigDecimal> expectedTotals = new TreeMap<>();
            TreeMap<String, BigDecimal> expected = recount(accumulate, usages, expectedTotals);
            TreeMap<String, BigDecimal> actual = new TreeMap<>();
            states.forEach((key, state) -> actual.put(key, functions.quantity(state).asNumber()));
            assertThat(actual.keySet()).as(story).isEqualTo(expected.keySet());
            expected.forEach((key, quantity) -> assertThat(actual.get(key)).as(key + ", " + story).isEqualByComparingTo(quantity));
            expectedTotals.forEach((window, total) ->
                    assertThat(totals.get(window).asNumber()).as(window + ", " + story).isEqualByComparingTo(total));
        }
    }

    private static TreeMap<String, BigDecimal> recount(String accumulate, List<Usage> usages,
            TreeMap<String, BigDecimal> totals) {
        TreeMap<String, List<Usage>> groups = new TreeMap<>();
        for (Usage usage : usages) {
            String day = java.time.Instant.ofEpochMilli(usage.end()).toString().substring(0, 10);
            groups.computeIfAbsent(usage.instance() + "@" + day, key -> new ArrayList<>()).add(usage);
            groups.computeIfAbsent(usage.instance() + "@" + day.substring(0, 7), key -> new ArrayList<>()).add(usage);
        }
        TreeMap<String, BigDecimal> quantities = new TreeMap<>();
        groups.forEach((key, group) -> {
            BigDecimal sum = BigDecimal.ZERO;
            Usage highest = group.get(0);
            Usage lowest = group.get(0);
            Usage latest = group.get(0);
            for (Usage usage : group) {
                sum = sum.add(usage.quantity());
                if (usage.quantity().compareTo(highest.quantity()) > 0) {
                    highest = usage;
                }
                if (usage.quantity().compareTo(lowest.quantity()) < 0) {
                    lowest = usage;
                }
                if (usage.end() >= latest.end()) {
                    latest = usage;
                }
            }
            BigDecimal quantity = switch (accumulate) {
                case "sum" -> sum;
                case "max" -> highest.quantity();
                case "min" -> lowest.quantity();
                case "last" -> latest.quantity();
                case "count" -> BigDecimal.valueOf(group.size());
                default -> throw new AssertionError(accumulate);
            };
            quantities.put(key, quantity);
            totals.merge(key.substring(key.indexOf('@') + 1), quantity, BigDecimal::add);
        });
        return quantities;
    }

    /** Around the ends of days and of the month, with many equal ends. */
    private static long end(Random random) {
        long day = NOVEMBER + DAY * (random.nextInt(4) == 0 ? 30 : random.nextInt(3));
        return day + (random.nextBoolean() ? random.nextInt(3) - 1 : random.nextInt((int) DAY));
    }

    /** Zero, negative, tiny, huge. */
    private static BigDecimal quantity(Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> BigDecimal.ZERO;
            case 1 -> new BigDecimal("1e-30").multiply(BigDecimal.valueOf(random.nextInt(10)));
            case 2 -> new BigDecimal("1e27").multiply(BigDecimal.valueOf(random.nextInt(10)));
            case 3 -> BigDecimal.valueOf(-random.nextInt(1_000), 1);
            default -> BigDecimal.valueOf(random.nextInt(1_000_000), 3);
        };
    }
}
