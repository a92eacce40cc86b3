package io.quipu.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.accumulator.UsageAccumulator;
import io.quipu.aggregator.Totals;
import io.quipu.aggregator.UsageAggregator;
import io.quipu.common.plan.CompiledPlans;
import io.quipu.common.plan.MeteringPlan;
import io.quipu.common.plan.PlanVersion;
import io.quipu.common.plan.Price;
import io.quipu.common.plan.PricingPlan;
import io.quipu.common.plan.RatingPlan;
import io.quipu.common.quantity.Value;
import io.quipu.common.stage.Batch;
import io.quipu.common.stage.BatchAnswer;
import io.quipu.common.stage.StaleBatchException;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.store.FaultyStore;
import io.quipu.common.store.StoreException;
import io.quipu.common.store.memory.InMemoryStore;
import io.quipu.common.time.Window;
import io.quipu.common.totals.ConsumerWindow;
import io.quipu.common.totals.MetricTotal;
import io.quipu.common.totals.OrganizationWindow;
import io.quipu.common.totals.PlanTotals;
import io.quipu.common.usage.AccumulatedUsage;
import io.quipu.common.usage.MeteredQuantity;
import io.quipu.common.usage.MeteredUsage;
import io.quipu.common.usage.Origin;
import io.quipu.common.usage.Pin;
import io.quipu.common.usage.Position;
import io.quipu.common.usage.Rejection;
import io.quipu.common.wire.Json;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import java.util.stream.LongStream;

/**
 * Accumulator and aggregator over stores that crash at any write, driven again and again by drivers that repeat, overlap
 * and stall: what comes out equals a plain recount of every usage, once.
 */
class FoldingUnderFaultsTest {

    private static final long NOVEMBER_30 = Instant.parse("2026-11-30T20:00:00Z").toEpochMilli();
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-12-01T12:00:00Z"), ZoneOffset.UTC);
    private static final List<String> METRICS = List.of("calls", "peak", "tokens");

    /** Sum at 0.1 a unit; maximum at 2 a unit; sum with 5 free units, then 10 at 1 and the rest at 0.5. */
    private static final PlanVersion PLAN = new PlanVersion("basic",
            new MeteringPlan("m1", METRICS.stream().map(name -> new MeteringPlan.Measure(name, "UNIT")).toList(),
                    List.of(new MeteringPlan.Metric("calls", "UNIT", null, null, "sum"),
                            new MeteringPlan.Metric("peak", "UNIT", null, null, "max"),
                            new MeteringPlan.Metric("tokens", "UNIT", null, null, "sum"))),
            new RatingPlan("r1", List.of(new RatingPlan.Metric("tokens", "tiered"))),
            new PricingPlan("p1", List.of(
                    new PricingPlan.Metric("calls", List.of(price("0.1", null, null))),
                    new PricingPlan.Metric("peak", List.of(price("2", null, null))),
                    new PricingPlan.Metric("tokens", List.of(price(null, "5", List.of(
                            new Price.Tier(new BigDecimal("10"), new BigDecimal("1")),
                            new Price.Tier(null, new BigDecimal("0.5")))))))));
    private static final String PLAN_ID = Json.id(PLAN);

    private static Price price(String perUnit, String free, List<Price.Tier> tiers) {
        return new Price("USA", null, perUnit == null ? null : new BigDecimal(perUnit),
                free == null ? null : new BigDecimal(free), tiers, null);
    }

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 150);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void everyUsageCountsOnceWhateverCrashes(long seed) {
        Random random = new Random(seed);
        List<MeteredUsage> log = log(random);
        DocumentStore accumulatorDisk = new InMemoryStore(CLOCK);
        DocumentStore aggregatorDisk = new InMemoryStore(CLOCK);
        FaultyStore accumulatorStore = new FaultyStore(accumulatorDisk, random, 0.2);
        FaultyStore aggregatorStore = new FaultyStore(aggregatorDisk, random, 0.2);

        Map<Long, Rejection> rejected = drive(random, log, accumulatorStore, aggregatorStore);

        assertThat(accumulatorStore.faults() + aggregatorStore.faults()).isPositive();
        Recount recount = new Recount();
        log.forEach(recount::add);
        assertThat(rejected.keySet()).as("rejected positions, seed %d", seed)
                .containsExactlyInAnyOrderElementsOf(recount.rejected);
        assertThat(figures(aggregatorDisk)).as("figures, seed %d", seed).isEqualTo(recount.figures());
    }

    /** Drives the whole log; crashes restart the services, and old batches come again at any time. */
    private static Map<Long, Rejection> drive(Random random, List<MeteredUsage> log, DocumentStore accumulatorStore,
            DocumentStore aggregatorStore) {
        Map<Long, Rejection> rejected = new HashMap<>();
        long cursor = Position.NONE;
        List<Batch<MeteredUsage>> late = new ArrayList<>();
        while (cursor < log.get(log.size() - 1).position()) {
            Batch<MeteredUsage> batch = batch(log, cursor, 1 + random.nextInt(12));
            if (random.nextInt(4) == 0) {
                late.add(batch);
            }
            boolean repeated = !late.isEmpty() && random.nextInt(4) == 0;
            Batch<MeteredUsage> sent = repeated ? late.get(random.nextInt(late.size())) : batch;
            // A new pair of objects each time: nothing may depend on what a process remembers.
            UsageAggregator aggregator = new UsageAggregator(aggregatorStore, new CompiledPlans(CompiledPlans.DEFAULT_CAPACITY));
            UsageAccumulator accumulator = new UsageAccumulator(accumulatorStore, new CompiledPlans(CompiledPlans.DEFAULT_CAPACITY),
                    usage -> overTheWire(random, aggregator, usage), () -> 0L);
            try {
                BatchAnswer answer = accumulator.accumulate(sent);
                answer.rejected().forEach(rejection -> rejected.put(rejection.position(), rejection));
                if (!repeated && random.nextInt(5) > 0) {
                    cursor = answer.committedTo();
                }
            } catch (StoreException retry) {
                // driven again from the cursor
            } catch (StaleBatchException stale) {
                assertThat(repeated).as("only a repeated batch may be stale").isTrue();
            }
        }
        return rejected;
    }

    private static BatchAnswer overTheWire(Random random, UsageAggregator aggregator, Batch<AccumulatedUsage> batch) {
        if (random.nextInt(12) == 0) {
            throw new StoreException("request lost");
        }
        Batch<AccumulatedUsage> received = Json.shared().readValue(Json.write(batch),
                Json.shared().getTypeFactory().constructParametricType(Batch.class, AccumulatedUsage.class));
        BatchAnswer answer = aggregator.aggregate(received);
        if (random.nextInt(12) == 0) {
            throw new StoreException("answer lost");
        }
        return answer;
    }

    private static Batch<MeteredUsage> batch(List<MeteredUsage> log, long cursor, int size) {
        return new Batch<>(0, cursor, Map.of(PLAN_ID, PLAN),
                log.stream().filter(usage -> usage.position() > cursor).limit(size).toList());
    }

    /** Usages of two organizations around the end of a month; every 15th or so is pinned to another currency. */
    private static List<MeteredUsage> log(Random random) {
        List<MeteredUsage> log = new ArrayList<>();
        for (int i = 0; i < 120; i++) {
            long end = NOVEMBER_30 + random.nextInt(8) * 3_600_000L + random.nextInt(2) - 1;
            String organization = "o" + random.nextInt(2);
            Origin origin = new Origin(organization, "s" + random.nextInt(2), "c" + random.nextInt(3), "db", "basic",
                    "i" + random.nextInt(2), end, end);
            String currency = random.nextInt(15) == 0 ? "EUR" : "USD";
            List<MeteredQuantity> metered = new ArrayList<>();
            for (String metric : METRICS) {
                if (random.nextInt(3) > 0) {
                    metered.add(new MeteredQuantity(metric,
                            Value.of(new BigDecimal(random.nextInt(60) - 5).movePointLeft(1))));
                }
            }
            log.add(new MeteredUsage(Position.of(i / 7, i % 7), end, origin,
                    new Pin("1234", "USA", currency, "db", PLAN_ID), metered));
        }
        return log;
    }

    /** All quantities and costs in the aggregator's documents, by a readable path; links must lead to every consumer. */
    private static Map<String, BigDecimal> figures(DocumentStore store) {
        Totals totals = new Totals(store);
        List<Window> windows = List.of(Window.parse("2026-11"), Window.parse("2026-12"), Window.parse("2026-11-30"),
                Window.parse("2026-12-01"));
        Map<String, BigDecimal> figures = new TreeMap<>();
        for (String organizationId : List.of("o0", "o1")) {
            Set<String> seen = new HashSet<>();
            for (OrganizationWindow document : totals.organization(organizationId, windows)) {
                String path = organizationId + "/" + document.window();
                document.plans().forEach(plan -> add(figures, path, plan));
                document.spaces().forEach(space ->
                        space.plans().forEach(plan -> add(figures, path + "/" + space.spaceId(), plan)));
            }
            for (String spaceId : List.of("s0", "s1")) {
                totals.consumers(organizationId, spaceId, windows, consumer -> {
                    if (seen.add(spaceId + consumer.consumerId())) {
                        for (ConsumerWindow document : consumer.documents()) {
                            document.plans().forEach(plan -> add(figures, organizationId + "/" + document.window() + "/"
                                    + spaceId + "/" + consumer.consumerId(), plan));
                        }
                    }
                });
            }
        }
        return figures;
    }

    private static void add(Map<String, BigDecimal> figures, String path, PlanTotals plan) {
        for (MetricTotal metric : plan.metrics()) {
            put(figures, path + " " + metric.metric(), metric.quantity().asNumber(), metric.cost());
            if (metric.hours() != null) {
                metric.hours().forEach(hour -> put(figures, path + "T" + hour.hour() + " " + metric.metric(),
                        hour.quantity().asNumber(), hour.cost()));
            }
        }
    }

    private static void put(Map<String, BigDecimal> figures, String path, BigDecimal quantity, BigDecimal cost) {
        figures.put(path + " quantity", quantity.stripTrailingZeros());
        figures.put(path + " cost", cost.stripTrailingZeros());
    }

    /** The same figures from all usages, in the plainest way; shares no code with what it checks. */
    private static final class Recount {

        private final Map<String, BigDecimal> quantities = new HashMap<>();
        private final Map<String, BigDecimal> costs = new HashMap<>();
        private final Map<String, BigDecimal> peaks = new LinkedHashMap<>();
        private final Map<String, String> currencies = new HashMap<>();
        private final List<Long> rejected = new ArrayList<>();

        void add(MeteredUsage usage) {
            Origin o = usage.origin();
            java.time.OffsetDateTime time = Instant.ofEpochMilli(o.end()).atOffset(ZoneOffset.UTC);
            String month = time.toString().substring(0, 7);
            String day = time.toString().substring(0, 10);
            String dayCurrency = currencies.getOrDefault(o.organizationId() + day, usage.pin().currency());
            String monthCurrency = currencies.getOrDefault(o.organizationId() + month, usage.pin().currency());
            if (!usage.pin().currency().equals(dayCurrency) || !usage.pin().currency().equals(monthCurrency)) {
                rejected.add(usage.position());
                return;
            }
            currencies.put(o.organizationId() + day, dayCurrency);
            currencies.put(o.organizationId() + month, monthCurrency);
            for (MeteredQuantity metered : usage.meteredUsage()) {
                BigDecimal quantity = ((Value.Numeric) metered.quantity()).number();
                BigDecimal tokens = metered.metric().equals("tokens") ? tokenCost(o.organizationId(), month, quantity) : null;
                for (String window : List.of(month, day)) {
                    for (String scope : List.of("", "/" + o.spaceId(), "/" + o.spaceId() + "/" + o.consumerId())) {
                        count(o, window, o.organizationId() + "/" + window + scope, metered.metric(), quantity, tokens);
                    }
                }
                count(o, day + "T" + time.getHour(), o.organizationId() + "/" + day + "T" + time.getHour(),
                        metered.metric(), quantity, tokens);
            }
        }

        private BigDecimal tokenCost(String organization, String month, BigDecimal quantity) {
            BigDecimal before = quantities.getOrDefault(organization + "/" + month + " tokens", BigDecimal.ZERO);
            return graduated(before.add(quantity)).subtract(graduated(before));
        }

        private static BigDecimal graduated(BigDecimal total) {
            BigDecimal charged = total.subtract(new BigDecimal(5)).max(BigDecimal.ZERO);
            BigDecimal first = charged.min(BigDecimal.TEN);
            return first.add(charged.subtract(first).multiply(new BigDecimal("0.5")));
        }

        private void count(Origin o, String window, String path, String metric, BigDecimal quantity, BigDecimal tokens) {
            BigDecimal change = quantity;
            BigDecimal cost = tokens;
            if (metric.equals("peak")) {
                String instance = path + " " + o.spaceId() + o.consumerId() + o.resourceInstanceId() + window;
                BigDecimal before = peaks.get(instance);
                BigDecimal after = before == null ? quantity : before.max(quantity);
                peaks.put(instance, after);
                change = after.subtract(before == null ? BigDecimal.ZERO : before);
                cost = change.multiply(new BigDecimal(2));
            } else if (metric.equals("calls")) {
                cost = change.multiply(new BigDecimal("0.1"));
            }
            quantities.merge(path + " " + metric, change, BigDecimal::add);
            costs.merge(path + " " + metric, cost, BigDecimal::add);
        }

        Map<String, BigDecimal> figures() {
            Map<String, BigDecimal> figures = new TreeMap<>();
            quantities.forEach((path, quantity) -> put(figures, path, quantity, costs.get(path)));
            return figures;
        }
    }
}
