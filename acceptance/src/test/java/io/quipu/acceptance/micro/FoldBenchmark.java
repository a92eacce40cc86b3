package io.quipu.acceptance.micro;

import io.quipu.accumulator.domain.Accumulated;
import io.quipu.accumulator.domain.Accumulation;
import io.quipu.aggregator.domain.AggregatedUsage;
import io.quipu.aggregator.domain.OrganizationAggregation;
import io.quipu.aggregator.domain.StoredDocuments;
import io.quipu.common.stage.Batch;
import io.quipu.common.time.Window;
import io.quipu.common.totals.ConsumerLevels;
import io.quipu.common.totals.ConsumerWindow;
import io.quipu.common.totals.InstanceWindow;
import io.quipu.common.totals.OrganizationLevels;
import io.quipu.common.totals.OrganizationWindow;
import io.quipu.common.usage.AccumulatedUsage;
import io.quipu.common.usage.Consumer;
import io.quipu.common.usage.MeteredUsage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One usage folded, of a batch into documents that are there already. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class FoldBenchmark {

    /** How the plan's sums are rated. */
    @Param({"per_unit", "tiered", "volume"})
    public String rate;

    private final Map<String, InstanceWindow> instances = new HashMap<>();
    private final Map<Window, OrganizationWindow> organizations = new HashMap<>();
    private final Map<Consumer, Map<Window, ConsumerWindow>> consumers = new HashMap<>();
    private Usages usages;
    private Batch<MeteredUsage> next;
    private List<AccumulatedUsage> accumulated;

    /** Folds a first batch, so that there are documents; the second is what is measured. */
    @Setup
    public void prepare() {
        usages = new Usages(rate);
        Accumulated first = accumulate(usages.metered(1));
        AggregatedUsage totals = aggregate(usages.metered(1).cursor(), first.sent());
        instances.putAll(first.windows());
        totals.consumers().forEach(window -> consumers.computeIfAbsent(new Consumer(window.organizationId(),
                window.spaceId(), window.consumerId()), consumer -> new HashMap<>()).put(window.window(), window));
        totals.days().forEach(window -> organizations.put(window.window(), window));
        totals.months().forEach(window -> organizations.put(window.window(), window));
        next = usages.metered(2);
        accumulated = accumulate(next).sent();
    }

    /** Into the windows of its resource instance. */
    @Benchmark
    @OperationsPerInvocation(Usages.BATCH)
    public Object accumulateUsage() {
        return accumulate(next);
    }

    /** Into the totals of its consumer, its space and its organization, and rated. */
    @Benchmark
    @OperationsPerInvocation(Usages.BATCH)
    public Object aggregateUsage() {
        return aggregate(next.cursor(), accumulated);
    }

    private Accumulated accumulate(Batch<MeteredUsage> batch) {
        return new Accumulation(batch.cursor(), batch.reach(), usages::plan,
                (key, window) -> Optional.ofNullable(instances.get(key.document(window))), key -> Optional.empty(), Map.of()).accumulate(batch.usage());
    }

    private AggregatedUsage aggregate(long cursor, List<AccumulatedUsage> sent) {
        return new OrganizationAggregation(Usages.ORGANIZATION, cursor, usages::plan, new StoredDocuments() {
            @Override
            public Optional<ConsumerWindow> consumer(Consumer consumer, Window window) {
                return Optional.ofNullable(consumers.getOrDefault(consumer, Map.of()).get(window));
            }

            @Override
            public Optional<ConsumerLevels> consumerLevels(Consumer consumer) {
                return Optional.empty();
            }

            @Override
            public Optional<OrganizationWindow> organization(Window window) {
                return Optional.ofNullable(organizations.get(window));
            }

            @Override
            public Optional<OrganizationLevels> organizationLevels() {
                return Optional.empty();
            }
        }).aggregate(sent);
    }
}
