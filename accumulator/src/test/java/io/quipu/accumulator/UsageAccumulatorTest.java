package io.quipu.accumulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quipu.common.plan.CompiledPlans;
import io.quipu.common.plan.MeteringPlan;
import io.quipu.common.plan.PlanVersion;
import io.quipu.common.plan.PricingPlan;
import io.quipu.common.plan.RatingPlan;
import io.quipu.common.quantity.Value;
import io.quipu.common.stage.Batch;
import io.quipu.common.stage.BatchAnswer;
import io.quipu.common.stage.StageUnavailableException;
import io.quipu.common.store.memory.InMemoryStore;
import io.quipu.common.usage.AccumulatedUsage;
import io.quipu.common.usage.MeteredQuantity;
import io.quipu.common.usage.MeteredUsage;
import io.quipu.common.usage.Origin;
import io.quipu.common.usage.Pin;
import io.quipu.common.usage.Rejection;
import java.math.BigDecimal;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongPredicate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** A batch full of usage that the stage below rejects must neither take for ever nor lose what is settled. */
class UsageAccumulatorTest {

    private static final long NOON = 1_795_262_400_000L;
    private static final PlanVersion PLAN = new PlanVersion("basic",
            new MeteringPlan("m", List.of(new MeteringPlan.Measure("q", "UNIT")),
                    List.of(new MeteringPlan.Metric("q", "UNIT", null, null, null))),
            new RatingPlan("r", List.of()), new PricingPlan("p", List.of()));

    private final InMemoryStore store = new InMemoryStore(Clock.systemUTC());
    private final AtomicLong time = new AtomicLong();
    private final Set<Long> committed = new HashSet<>();
    private long sent;

    private UsageAccumulator accumulator(LongPredicate bad, long nanosPerCall) {
        return new UsageAccumulator(store, new CompiledPlans(10), batches ->
                batches.stream().map(batch -> below(batch, bad, nanosPerCall)).toList(), time::get);
    }

    /** Names only the first usage that it rejects and does not know of, and commits nothing then. */
    private BatchAnswer below(Batch<AccumulatedUsage> batch, LongPredicate bad, long nanosPerCall) {
        sent += batch.usage().size();
        time.addAndGet(nanosPerCall);
        Optional<Rejection> first = batch.usage().stream()
                .filter(usage -> usage.rejection() == null && bad.test(usage.position())
                        && !committed.contains(usage.position()))
                .map(usage -> new Rejection(usage.position(), "aggregator", "too_many_plans", "why")).findFirst();
        if (first.isEmpty()) {
            batch.usage().forEach(usage -> committed.add(usage.position()));
        }
        return new BatchAnswer(batch.lastPosition(), first.stream().toList());
    }

    private static Batch<MeteredUsage> batch(int usages) {
        return new Batch<>(0, -1, Map.of("plan", PLAN), LongStream.range(0, usages).mapToObj(position ->
                new MeteredUsage(position, NOON, new Origin("o", "s", "c", "db", "basic", "i", NOON, NOON),
                        new Pin("1234", "USA", "USD", "db", "plan"),
                        List.of(new MeteredQuantity("q", Value.of(BigDecimal.ONE))))).toList());
    }

    @Test
    void aBatchWithoutRejectionsIsSentOnce() {
        BatchAnswer answer = accumulator(position -> false, 0).accumulate(List.of(batch(500))).get(0);

        assertThat(answer).isEqualTo(new BatchAnswer(499, List.of()));
        assertThat(sent).isEqualTo(500);
    }

    @Test
    void aBatchOfNothingButRejectionsIsSentAFewTimesOver() {
        BatchAnswer answer = accumulator(position -> true, 0).accumulate(List.of(batch(500))).get(0);

        assertThat(answer.rejected()).extracting(Rejection::position)
                .containsExactlyElementsOf(LongStream.range(0, 500).boxed().toList());
        assertThat(sent).as("usages sent down").isLessThan(20L * 500);
    }

    @Test
    void whatIsCommittedWhenTheTimeIsUpIsNotSentAgain() {
        long second = 1_000_000_000L;
        assertThatThrownBy(() -> accumulator(position -> true, second).accumulate(List.of(batch(500))))
                .isInstanceOf(StageUnavailableException.class).hasMessageContaining("driven again");
        Set<Long> before = Set.copyOf(committed);
        assertThat(before).isNotEmpty();

        sent = 0;
        BatchAnswer answer = accumulator(position -> true, 0).accumulate(List.of(batch(500))).get(0);

        assertThat(answer.rejected()).hasSize(500);
        assertThat(sent).as("usages sent down").isLessThan(20L * (500 - before.size()) + 1_000);
    }
}
