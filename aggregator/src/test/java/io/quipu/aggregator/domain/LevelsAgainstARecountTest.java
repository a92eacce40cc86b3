package io.quipu.aggregator.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.common.plan.CompiledPlan;
import io.quipu.common.plan.MeteringPlan;
import io.quipu.common.plan.PlanVersion;
import io.quipu.common.plan.Price;
import io.quipu.common.plan.PricingPlan;
import io.quipu.common.plan.RatingPlan;
import io.quipu.common.quantity.Value;
import io.quipu.common.totals.ConsumerLevels;
import io.quipu.common.totals.ConsumerWindow;
import io.quipu.common.totals.LevelSums;
import io.quipu.common.totals.MetricTotal;
import io.quipu.common.totals.OrganizationLevels;
import io.quipu.common.totals.OrganizationWindow;
import io.quipu.common.totals.PlanLevels;
import io.quipu.common.totals.PlanTotals;
import io.quipu.common.usage.AccumulatedUsage;
import io.quipu.common.usage.Change;
import io.quipu.common.usage.LevelChange;
import io.quipu.common.usage.MetricChange;
import io.quipu.common.usage.Origin;
import io.quipu.common.usage.Pin;
import io.quipu.common.usage.PlanPath;
import io.quipu.common.usage.Rejection;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random usages that change levels around the ends of hours, days and months, folded in random batches of which random parts
 * are written before a crash: every number of every document must be what a plain recount of all usages finds. A failing seed
 * replays.
 */
class LevelsAgainstARecountTest {

    private static final int RUNS_PER_SEED = 40;
    private static final int USAGES = 40;
    /** Calls are counted too: neither may take anything from the other. */
    private static final List<String> METRICS = List.of("memory", "instances", "calls");
    private static final List<ZonedDateTime> EDGES = List.of(time("2024-03-01T00:00:00Z"), time("2026-10-01T00:00:00Z"),
            time("2026-10-31T23:00:00Z"), time("2026-11-01T00:00:00Z"), time("2026-11-21T12:00:00Z"));
    private static final PlanVersion PLAN = new PlanVersion("p0",
            new MeteringPlan("m", List.of(new MeteringPlan.Measure("calls", "CALL"), new MeteringPlan.Measure("gb", "GB")),
                    List.of(new MeteringPlan.Metric("calls", "CALL", null, null, null),
                            new MeteringPlan.Metric("memory", "GB", null, "gb", "time_weighted"))),
            new RatingPlan("r", List.of(new RatingPlan.Metric("calls", "per_unit"))),
            new PricingPlan("p", List.of(new PricingPlan.Metric("calls",
                    List.of(new Price("USA", null, BigDecimal.valueOf(2), null, null, null))))));

    private static ZonedDateTime time(String time) {
        return Instant.parse(time).atZone(ZoneOffset.UTC);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void everyTotalIsThatOfAPlainRecount(long seed) {
        for (int run = 0; run < RUNS_PER_SEED; run++) {
            Random random = new Random(seed * 1_000 + run);
            List<AccumulatedUsage> usages = usages(random);
            InMemory stored = new InMemory();
            foldWithCrashes(random, usages, stored);
            assertThat(found(stored)).as("seed %d, run %d", seed, run).isEqualTo(recounted(usages));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {6, 7})
    void theOrderInWhichUsagesComeDoesNotMatter(long seed) {
        Random random = new Random(seed);
        List<AccumulatedUsage> usages = usages(random);
        Map<String, BigDecimal> inOrder = null;
        for (int run = 0; run < RUNS_PER_SEED; run++) {
            InMemory stored = new InMemory();
            foldWithCrashes(random, usages, stored);
            Map<String, BigDecimal> found = found(stored);
            inOrder = inOrder == null ? found : inOrder;
            assertThat(found).as("seed %d, run %d", seed, run).isEqualTo(inOrder);
            List<AccumulatedUsage> shuffled = new ArrayList<>(usages);
            Collections.shuffle(shuffled, random);
            usages = new ArrayList<>();
            for (int position = 0; position < shuffled.size(); position++) {
                usages.add(moved(shuffled.get(position), position));
            }
        }
    }

    private static AccumulatedUsage moved(AccumulatedUsage usage, long position) {
        Rejection rejection = usage.rejection();
        return new AccumulatedUsage(position, usage.acceptedAt(), usage.origin(), usage.pin(), usage.accumulatedUsage(),
                usage.levels(), rejection == null ? null : new Rejection(position, rejection.stage(), rejection.code(),
                rejection.reason()));
    }

    // Usages

    private static List<AccumulatedUsage> usages(Random random) {
        List<AccumulatedUsage> usages = new ArrayList<>();
        List<LevelChange> known = new ArrayList<>();
        for (int position = 0; position < USAGES; position++) {
            long end = near(random);
            Origin origin = new Origin("o", "s" + random.nextInt(2), "c" + random.nextInt(2), "r" + random.nextInt(2), "p0",
                    "i", end, end);
            List<LevelChange> levels = new ArrayList<>();
            for (int i = random.nextInt(4); i > 0; i--) {
                LevelChange change = change(random, known);
                levels.add(change);
                known.add(change);
            }
            levels.sort((a, b) -> Long.compare(a.time(), b.time()));
            boolean rejected = random.nextInt(8) == 0;
            usages.add(new AccumulatedUsage(position, end, origin, new Pin("1", "USA", "USD", "r", "v0"),
                    rejected || random.nextBoolean() ? List.of() : calls(random), levels,
                    rejected ? new Rejection(position, "aggregator", "too_many_plans", "why") : null));
        }
        return usages;
    }

    private static List<MetricChange> calls(Random random) {
        Change change = new Change(null, Value.of(BigDecimal.valueOf(random.nextInt(1000), 1)));
        return List.of(new MetricChange("calls", change, change, change));
    }

    /** Often the opposite of one before it, at another time: what a stop does. */
    private static LevelChange change(Random random, List<LevelChange> known) {
        if (!known.isEmpty() && random.nextInt(3) == 0) {
            LevelChange start = known.get(random.nextInt(known.size()));
            return new LevelChange(random.nextBoolean() ? start.time() : near(random), start.path(), start.plan(), "USD",
                    start.metric(), start.change().negate(), start.cost().negate());
        }
        int plan = random.nextInt(3);
        return new LevelChange(near(random), new PlanPath("p" + plan, "m", "r", "p"), "v" + plan, "USD",
                METRICS.get(random.nextInt(METRICS.size())), BigDecimal.valueOf(random.nextInt(400) - 200, random.nextInt(4)),
                BigDecimal.valueOf(random.nextInt(400) - 200, random.nextInt(12)));
    }

    private static long near(Random random) {
        long edge = EDGES.get(random.nextInt(EDGES.size())).toInstant().toEpochMilli();
        return edge + switch (random.nextInt(4)) {
            case 0 -> -1;
            case 1 -> 0;
            case 2 -> 1;
            default -> random.nextInt(200_000_000) - 100_000_000L;
        };
    }

    // Batches and crashes

    private static void foldWithCrashes(Random random, List<AccumulatedUsage> usages, InMemory stored) {
        int from = 0;
        while (from < usages.size()) {
            int to = Math.min(usages.size(), from + 1 + random.nextInt(12));
            boolean crashed;
            do {
                AggregatedUsage result = new OrganizationAggregation("o", from - 1, id -> CompiledPlan.of(PLAN), stored)
                        .aggregate(usages.subList(from, to));
                assertThat(result.rejection()).isEmpty();
                crashed = random.nextInt(3) == 0;
                int last = crashed ? random.nextInt(4) : 4;
                List<List<Object>> phases = InMemory.phases(result);
                phases.subList(0, last).forEach(phase -> phase.forEach(stored::add));
                if (crashed) {
                    phases.get(last).stream().filter(document -> random.nextBoolean()).forEach(stored::add);
                    // What comes again may come with more, or only in part at first.
                    to = Math.min(usages.size(), from + 1 + random.nextInt(14));
                }
            } while (crashed);
            from = to;
        }
    }

    // What the documents say

    private static Map<String, BigDecimal> found(InMemory stored) {
        Map<String, BigDecimal> found = new TreeMap<>();
        for (Object document : stored.all().values()) {
            if (document instanceof ConsumerWindow window) {
                plans(found, window.window().id(), window.spaceId() + "/" + window.consumerId(), window.plans(),
                        window.window().from(), window.window().to());
            } else if (document instanceof OrganizationWindow window) {
                plans(found, window.window().id(), "", window.plans(), window.window().from(), window.window().to());
                window.spaces().forEach(space -> plans(found, window.window().id(), space.spaceId(), space.plans(),
                        window.window().from(), window.window().to()));
            } else if (document instanceof ConsumerLevels levels) {
                levels(found, levels.spaceId() + "/" + levels.consumerId(), levels.plans());
            } else if (document instanceof OrganizationLevels levels) {
                levels(found, "", levels.plans());
                levels.spaces().forEach(space -> {
                    assertThat(space.plans()).isNotEmpty();
                    levels(found, space.spaceId(), space.plans());
                });
            }
        }
        return withoutZeros(found);
    }

    private static void plans(Map<String, BigDecimal> found, String window, String scope, List<PlanTotals> plans, long from,
            long to) {
        for (PlanTotals plan : plans) {
            for (MetricTotal metric : plan.metrics()) {
                String key = scope + " " + plan.resourceId() + " " + plan.path().planId() + " " + metric.metric() + " ";
                put(found, window + " " + key, metric.quantity(), metric.cost(), metric.level(), to - from);
                for (MetricTotal.HourTotal hour : metric.hours() == null ? List.<MetricTotal.HourTotal>of() : metric.hours()) {
                    put(found, window + String.format("T%02d ", hour.hour()) + key, hour.quantity(), hour.cost(), hour.level(),
                            3_600_000);
                }
            }
        }
    }

    private static void put(Map<String, BigDecimal> found, String key, Value quantity, BigDecimal cost, LevelSums sums,
            long length) {
        found.put(key + "quantity", quantity.asNumber());
        found.put(key + "cost", cost);
        if (sums != null) {
            found.put(key + "change", sums.change());
            found.put(key + "area to the end", sums.area().add(sums.change().multiply(BigDecimal.valueOf(length))));
            found.put(key + "cost change", sums.costChange());
            found.put(key + "cost area to the end", sums.costArea().add(sums.costChange().multiply(BigDecimal.valueOf(length))));
            found.put(key + "last", BigDecimal.valueOf(sums.last()));
        }
    }

    private static void levels(Map<String, BigDecimal> found, String scope, List<PlanLevels> plans) {
        for (PlanLevels plan : plans) {
            assertThat(plan.metrics()).isNotEmpty();
            for (PlanLevels.MetricLevels metric : plan.metrics()) {
                assertThat(metric.months()).isNotEmpty();
                for (PlanLevels.MonthChange month : metric.months()) {
                    assertThat(month.change().signum() == 0 && month.costChange().signum() == 0).isFalse();
                    String key = "levels " + month.month().id() + " " + scope + " " + plan.resourceId() + " "
                            + plan.path().planId() + " " + metric.metric() + " ";
                    found.put(key + "change", month.change());
                    found.put(key + "cost change", month.costChange());
                }
            }
        }
    }

    private static Map<String, BigDecimal> withoutZeros(Map<String, BigDecimal> numbers) {
        numbers.values().removeIf(number -> number.signum() == 0);
        numbers.replaceAll((key, number) -> new BigDecimal(number.stripTrailingZeros().toPlainString()));
        return numbers;
    }

    // The recount

    private static Map<String, BigDecimal> recounted(List<AccumulatedUsage> usages) {
        Map<String, BigDecimal> recounted = new TreeMap<>();
        for (AccumulatedUsage usage : usages) {
            if (usage.rejection() != null) {
                continue;
            }
            Origin origin = usage.origin();
            for (MetricChange used : usage.accumulatedUsage()) {
                BigDecimal quantity = used.month().current().asNumber();
                for (String key : keys(origin, Instant.ofEpochMilli(origin.end()).atZone(ZoneOffset.UTC), "p0",
                        used.metric()).keySet()) {
                    recounted.merge(key + "quantity", quantity, BigDecimal::add);
                    recounted.merge(key + "cost", quantity.multiply(BigDecimal.valueOf(2)), BigDecimal::add);
                }
            }
            for (LevelChange change : usage.levelChanges()) {
                ZonedDateTime time = Instant.ofEpochMilli(change.time()).atZone(ZoneOffset.UTC);
                keys(origin, time, change.path().planId(), change.metric()).forEach((key, end) -> {
                    BigDecimal left = BigDecimal.valueOf(ChronoUnit.MILLIS.between(time, end));
                    recounted.merge(key + "change", change.change(), BigDecimal::add);
                    recounted.merge(key + "area to the end", change.change().multiply(left), BigDecimal::add);
                    recounted.merge(key + "cost change", change.cost(), BigDecimal::add);
                    recounted.merge(key + "cost area to the end", change.cost().multiply(left), BigDecimal::add);
                    recounted.merge(key + "last", BigDecimal.valueOf(change.time()), BigDecimal::max);
                });
                for (String scope : List.of("", origin.spaceId(), origin.spaceId() + "/" + origin.consumerId())) {
                    String key = "levels " + time.toString().substring(0, 7) + " " + scope + " " + origin.resourceId() + " "
                            + change.path().planId() + " " + change.metric() + " ";
                    recounted.merge(key + "change", change.change(), BigDecimal::add);
                    recounted.merge(key + "cost change", change.cost(), BigDecimal::add);
                }
            }
        }
        return withoutZeros(recounted);
    }

    /** The totals in which something of that time counts, and when the window of each ends. */
    private static Map<String, ZonedDateTime> keys(Origin origin, ZonedDateTime time, String plan, String metric) {
        String rest = " " + origin.resourceId() + " " + plan + " " + metric + " ";
        ZonedDateTime hour = time.truncatedTo(ChronoUnit.HOURS);
        ZonedDateTime day = time.truncatedTo(ChronoUnit.DAYS);
        ZonedDateTime month = day.withDayOfMonth(1);
        Map<String, ZonedDateTime> keys = new TreeMap<>();
        for (String scope : List.of("", origin.spaceId(), origin.spaceId() + "/" + origin.consumerId())) {
            keys.put(month.toString().substring(0, 7) + " " + scope + rest, month.plusMonths(1));
            keys.put(day.toString().substring(0, 10) + " " + scope + rest, day.plusDays(1));
        }
        keys.put(hour.toString().substring(0, 13) + " " + rest, hour.plusHours(1));
        return keys;
    }
}
