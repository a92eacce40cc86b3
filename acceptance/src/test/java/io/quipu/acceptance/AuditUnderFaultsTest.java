package io.quipu.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.accumulator.Instances;
import io.quipu.accumulator.UsageAccumulator;
import io.quipu.aggregator.Totals;
import io.quipu.aggregator.UsageAggregator;
import io.quipu.common.plan.CompiledPlans;
import io.quipu.common.plan.MeteringPlan;
import io.quipu.common.plan.PlanVersion;
import io.quipu.common.plan.Price;
import io.quipu.common.plan.PricingPlan;
import io.quipu.common.plan.RatingPlan;
import io.quipu.common.stage.Batch;
import io.quipu.common.stage.StaleBatchException;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.store.FaultyStore;
import io.quipu.common.store.StoreException;
import io.quipu.common.time.Window;
import io.quipu.common.totals.ConsumerWindow;
import io.quipu.common.totals.InstanceWindow;
import io.quipu.common.totals.OrganizationWindow;
import io.quipu.common.usage.CollectedUsage;
import io.quipu.common.usage.MeasuredQuantity;
import io.quipu.common.usage.Origin;
import io.quipu.common.usage.Pin;
import io.quipu.common.usage.Position;
import io.quipu.common.usage.Rejection;
import io.quipu.common.wire.Json;
import io.quipu.meter.UsageMeter;
import io.quipu.reporting.audit.AuditLimits;
import io.quipu.reporting.audit.AuditReport;
import io.quipu.reporting.audit.UsageAudit;
import io.quipu.reporting.source.Accumulator;
import io.quipu.reporting.source.Aggregator;
import io.quipu.reporting.source.Collector;
import io.quipu.reporting.source.Collector.LoggedUsage;
import io.quipu.reporting.source.InstanceDocuments;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The audit of what meter, accumulator and aggregator make of a log over stores that crash at any write: clean at every
 * moment, while the stages go on between any two of its readings; and never clean when a stage follows another rule by as
 * much as a character.
 */
class AuditUnderFaultsTest {

    private static final String ORGANIZATION = "o";
    private static final long NOVEMBER_30 = Instant.parse("2026-11-30T20:00:00Z").toEpochMilli();
    private static final List<Window> MONTHS = List.of(Window.parse("2026-11"), Window.parse("2026-12"));

    private static final PlanVersion PLAN = Json.read("""
            {"plan_id":"basic","metering":{"plan_id":"m","measures":[],"metrics":[
              {"name":"sum","unit":"U","meter":"a / 3"},{"name":"max","unit":"U","meter":"a","accumulate":"max"},
              {"name":"min","unit":"U","meter":"a - b","accumulate":"min"},
              {"name":"last","unit":"U","meter":"b","accumulate":"last"},
              {"name":"count","unit":"U","meter":"b","accumulate":"count"},{"name":"tiered","unit":"U","meter":"a"},
              {"name":"volume","unit":"U","meter":"a"},{"name":"package","unit":"U","meter":"b"},
              {"name":"free","unit":"U","meter":"a / c"}]},
             "rating":{"plan_id":"r","metrics":[{"name":"tiered","rate":"tiered"},{"name":"volume","rate":"volume"},
              {"name":"package","rate":"package"}]},
             "pricing":{"plan_id":"p","metrics":[{"name":"sum","prices":[{"country":"USA","price":0.7}]},
              {"name":"max","prices":[{"country":"USA","price":2}]},{"name":"min","prices":[{"country":"USA","price":1.3}]},
              {"name":"last","prices":[{"country":"USA","price":0.9}]},
              {"name":"tiered","prices":[{"country":"USA","free":5,"tiers":[{"up_to":60,"price":0.8},{"price":0.3}]}]},
              {"name":"volume","prices":[{"country":"USA","tiers":[{"up_to":50,"price":0.06},{"price":0.04}]}]},
              {"name":"package","prices":[{"country":"USA","price":1.1,"package_size":4}]},
              {"name":"free","prices":[{"country":"USA","price":0.5,"free":9}]}]}}
            """.getBytes(StandardCharsets.UTF_8), PlanVersion.class);
    private static final String PLAN_ID = Json.id(PLAN);

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 25);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void itIsCleanAtEveryMoment(long seed) {
        Pipeline pipeline = new Pipeline(seed, PLAN, 0.15);
        UsageAudit audit = pipeline.audit();
        while (!pipeline.done()) {
            pipeline.drive();
            clean(audit, seed);
        }
        pipeline.quiet();
        List<AuditReport> reports = clean(audit, seed);
        assertThat(reports.stream().mapToLong(AuditReport::usages).sum()).isEqualTo(pipeline.log.size());
        assertThat(reports.stream().mapToLong(AuditReport::duplicates).sum()).isEqualTo(pipeline.duplicates);
        assertThat(reports.stream().mapToLong(AuditReport::rejected).sum()).isEqualTo(pipeline.rejections.size());
    }

    private static List<AuditReport> clean(UsageAudit audit, long seed) {
        List<AuditReport> reports = new ArrayList<>();
        for (Window month : MONTHS) {
            AuditReport report = audit.audit(ORGANIZATION, month);
            assertThat(report.differences()).as("seed %d, %s", seed, month).isEmpty();
            assertThat(report.verdict()).isEqualTo(AuditReport.CLEAN);
            reports.add(report);
        }
        return reports;
    }

    /** A stage that follows another plan than the one in the log: what one character of its source would change. */
    static Stream<PlanVersion> brokenRules() {
        MeteringPlan metering = PLAN.metering();
        RatingPlan rating = PLAN.rating();
        PricingPlan pricing = PLAN.pricing();
        List<PlanVersion> broken = new ArrayList<>();
        for (int i = 0; i < metering.metrics().size(); i++) {
            MeteringPlan.Metric metric = metering.metrics().get(i);
            String accumulate = metric.accumulate() == null ? "max" : "sum";
            broken.add(new PlanVersion("basic", new MeteringPlan("m", List.of(), with(metering.metrics(), i,
                    new MeteringPlan.Metric(metric.name(), "U", null, metric.meter(), accumulate))), rating, pricing));
            if (!metric.name().equals("count")) {
                broken.add(new PlanVersion("basic", new MeteringPlan("m", List.of(), with(metering.metrics(), i,
                        new MeteringPlan.Metric(metric.name(), "U", null, metric.meter() + " + 1", metric.accumulate()))),
                        rating, pricing));
            }
        }
        for (int i = 0; i < rating.metrics().size(); i++) {
            String other = rating.metrics().get(i).name().equals("tiered") ? "volume" : "tiered";
            if (!rating.metrics().get(i).name().equals("package")) {
                broken.add(new PlanVersion("basic", metering, new RatingPlan("r", with(rating.metrics(), i,
                        new RatingPlan.Metric(rating.metrics().get(i).name(), other))), pricing));
            }
        }
        for (int i = 0; i < pricing.metrics().size(); i++) {
            for (Price price : broken(pricing.metrics().get(i).prices().get(0))) {
                broken.add(new PlanVersion("basic", metering, rating, new PricingPlan("p", with(pricing.metrics(), i,
                        new PricingPlan.Metric(pricing.metrics().get(i).name(), List.of(price))))));
            }
        }
        return broken.stream();
    }

    private static List<Price> broken(Price price) {
        BigDecimal tiny = new BigDecimal("0.0001");
        List<Price> broken = new ArrayList<>();
        if (price.price() != null) {
            broken.add(new Price("USA", null, price.price().add(tiny), price.free(), price.tiers(), price.packageSize()));
        }
        if (price.free() != null) {
            broken.add(new Price("USA", null, price.price(), price.free().add(tiny), price.tiers(), price.packageSize()));
        }
        if (price.packageSize() != null) {
            broken.add(new Price("USA", null, price.price(), null, price.tiers(), price.packageSize().add(BigDecimal.ONE)));
        }
        for (int i = 0; i < price.tiers().size(); i++) {
            Price.Tier tier = price.tiers().get(i);
            broken.add(new Price("USA", null, null, price.free(), with(price.tiers(), i,
                    new Price.Tier(tier.upTo(), tier.price().add(tiny))), null));
        }
        return broken;
    }

    private static <T> List<T> with(List<T> list, int index, T element) {
        List<T> changed = new ArrayList<>(list);
        changed.set(index, element);
        return changed;
    }

    @ParameterizedTest
    @MethodSource("brokenRules")
    void aFoldThatIsBrokenByACharacterIsFound(PlanVersion broken) {
        Pipeline pipeline = new Pipeline(7, broken, 0);
        pipeline.quiet();
        AuditReport report = pipeline.audit().audit(ORGANIZATION, MONTHS.get(0));
        assertThat(report.verdict()).isEqualTo(AuditReport.DIFFERENT);
        assertThat(report.differences()).extracting(AuditReport.Difference::field)
                .containsAnyOf("quantity", "cost", "state");
    }

    /** A log, the three stages on their stores, and a driver; also what the audit reads. */
    private static final class Pipeline implements Collector, Aggregator, Accumulator {

        private final Random random;
        private final PlanVersion plan;
        private final List<LoggedUsage> log = new ArrayList<>();
        private final Set<Long> firsts = new HashSet<>();
        private final Map<Long, Rejection> rejections = new TreeMap<>();
        private final FaultyStore accumulatorStore = new FaultyStore();
        private final FaultyStore aggregatorStore = new FaultyStore();
        private final DocumentStore accumulatorDisk = accumulatorStore.durable();
        private final DocumentStore aggregatorDisk = aggregatorStore.durable();
        private int duplicates;
        private long cursor = Position.NONE;
        private boolean flowing = true;

        private Pipeline(long seed, PlanVersion plan, double faults) {
            this.random = new Random(seed);
            this.plan = plan;
            accumulatorStore.faults(FaultyStore.Faults.atRandom(random, faults));
            aggregatorStore.faults(FaultyStore.Faults.atRandom(random, faults));
            Set<List<Object>> keys = new HashSet<>();
            for (int i = 0; i < 80; i++) {
                LoggedUsage usage = i > 5 && random.nextInt(6) == 0 ? repeated(i, log.get(random.nextInt(i))) : usage(i);
                log.add(usage);
                if (keys.add(List.of(usage.origin(), usage.dedupId()))) {
                    firsts.add(usage.position());
                } else {
                    duplicates++;
                }
            }
        }

        private static long position(int i) {
            return Position.of(i / 5, i % 5);
        }

        private static LoggedUsage repeated(int i, LoggedUsage first) {
            return new LoggedUsage(position(i), 1_000 + i, null, first.origin(), first.pin(), first.measuredUsage(),
                    first.dedupId(), null, null);
        }

        /** At the edge of the months; now and then divided by zero, out of bounds, or charged in another currency. */
        private LoggedUsage usage(int i) {
            long end = NOVEMBER_30 + random.nextInt(6) * 3_600_000L + random.nextInt(2) - 1;
            Origin origin = new Origin(ORGANIZATION, "s" + random.nextInt(2), "c" + random.nextInt(2), "db", "basic",
                    "i" + random.nextInt(2), end, end);
            List<MeasuredQuantity> measured = new ArrayList<>();
            if (random.nextInt(5) > 0) {
                measured.add(new MeasuredQuantity("a", new BigDecimal(random.nextInt(300) - 40).movePointLeft(1)));
                measured.add(new MeasuredQuantity("c", new BigDecimal(random.nextInt(9))));
            }
            if (random.nextInt(5) > 0) {
                measured.add(new MeasuredQuantity("b", random.nextInt(20) == 0
                        ? BigDecimal.TEN.pow(30).subtract(BigDecimal.ONE) : new BigDecimal(random.nextInt(20))));
            }
            return new LoggedUsage(position(i), 1_000 + i, null, origin,
                    new Pin("1234", "USA", random.nextInt(15) == 0 ? "EUR" : "USD", "db", PLAN_ID), measured,
                    Integer.toString(i), null, null);
        }

        private UsageAudit audit() {
            return new UsageAudit(this, this, this, new AuditLimits(1_000, 100_000));
        }

        private boolean done() {
            return cursor == log.get(log.size() - 1).position();
        }

        private void quiet() {
            while (!done()) {
                drive();
            }
            flowing = false;
        }

        /** Drives one batch; what fails is driven again another time. */
        private void drive() {
            List<LoggedUsage> next = log.stream().filter(usage -> usage.position() > cursor)
                    .limit(1 + random.nextInt(9)).toList();
            if (next.isEmpty()) {
                return;
            }
            UsageAggregator aggregator = new UsageAggregator(aggregatorStore, new CompiledPlans(10));
            UsageAccumulator accumulator = new UsageAccumulator(accumulatorStore, new CompiledPlans(10),
                    aggregator::aggregate, () -> 0L);
            UsageMeter meter = new UsageMeter(new CompiledPlans(10), accumulator::accumulate);
            List<CollectedUsage> left = next.stream().filter(usage -> firsts.contains(usage.position()))
                    .map(usage -> new CollectedUsage(usage.position(), usage.acceptedAt(), usage.origin(), usage.pin(),
                            usage.measuredUsage())).toList();
            try {
                if (!left.isEmpty()) {
                    meter.meter(List.of(new Batch<>(0, cursor, Map.of(PLAN_ID, plan), left))).get(0).committed().rejected()
                            .forEach(rejection -> rejections.put(rejection.position(), rejection));
                }
                if (random.nextInt(4) > 0) {
                    cursor = next.get(next.size() - 1).position();
                }
            } catch (StoreException crash) {
                // driven again
            } catch (StaleBatchException impossible) {
                throw new AssertionError("there is one driver", impossible);
            }
        }

        /** The stages go on between any two readings. */
        private void flow() {
            if (flowing && random.nextInt(3) == 0) {
                drive();
            }
        }

        @Override
        public Progress progress(String organizationId) {
            return new Progress(0, cursor);
        }

        @Override
        public Page read(Query query, Reader reader) {
            flow();
            long from = query.from() == null ? 0 : query.from();
            long to = from + 4;
            reader.plan(PLAN_ID, PLAN);
            for (LoggedUsage usage : log) {
                long segment = Position.segment(usage.position());
                if (segment >= from && segment < to && query.month().contains(usage.origin().end())) {
                    reader.usage(new LoggedUsage(usage.position(), usage.acceptedAt(), null, usage.origin(), usage.pin(),
                            usage.measuredUsage(), usage.dedupId(), null, rejections.get(usage.position())));
                }
            }
            return new Page(true, to * 5 < log.size() ? to : null);
        }

        @Override
        public OrganizationDocuments organization(String organizationId, Set<Window> windows, Set<Window> windowsOfLevels) {
            flow();
            return new OrganizationDocuments(new Totals(aggregatorDisk)
                    .organization(organizationId, List.copyOf(windows), List.copyOf(windowsOfLevels)).documents().stream()
                    .map(json -> Json.read(json, OrganizationWindow.class)).toList(), null);
        }

        @Override
        public void consumers(String organizationId, String spaceId, Set<Window> windows, boolean levels, Lines lines) {
            flow();
            new Totals(aggregatorDisk).consumers(organizationId, spaceId, List.copyOf(windows), false, found -> {
                ConsumerDocuments consumer = new ConsumerDocuments(found.consumerId(), found.documents().stream()
                        .map(json -> Json.read(json, ConsumerWindow.class)).toList());
                lines.line(() -> consumer);
                flow();
            });
            lines.complete();
        }

        @Override
        public void instances(String organizationId, String spaceId, List<String> consumerIds, Set<Window> windows,
                Consumer<InstanceDocuments> instances) {
            for (String consumerId : consumerIds) {
                flow();
                new Instances(accumulatorDisk).read(
                        List.of(new io.quipu.common.usage.Consumer(organizationId, spaceId, consumerId)),
                        List.copyOf(windows), found -> instances.accept(new InstanceDocuments(
                                found.documents().stream().map(json -> Json.read(json, InstanceWindow.class)).toList(),
                                found.levels().orElse(null))));
            }
        }

        @Override
        public Map<String, PlanVersion> plans(Collection<String> ids) {
            throw new AssertionError("the log brings its plans along");
        }
    }
}
