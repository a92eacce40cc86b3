package io.quipu.meter;

import static io.quipu.meter.Usages.batch;
import static io.quipu.meter.Usages.usage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quipu.common.plan.CompiledPlans;
import io.quipu.common.stage.Batch;
import io.quipu.common.stage.BatchAnswer;
import io.quipu.common.stage.StageUnavailableException;
import io.quipu.common.usage.CollectedUsage;
import io.quipu.common.usage.MeteredUsage;
import io.quipu.common.usage.Rejection;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class UsageMeterTest {

    private final List<Batch<MeteredUsage>> sent = new ArrayList<>();
    private final List<Rejection> below = new ArrayList<>();
    private final UsageMeter meter = new UsageMeter(new CompiledPlans(10), batches -> {
        sent.addAll(batches);
        return batches.stream().map(batch -> batch.partition() == 7 ? BatchAnswer.stale(batch, "old")
                : new BatchAnswer(batch.lastPosition(), below)).toList();
    });

    private BatchAnswer meter(Batch<CollectedUsage> batch) {
        return meter.meter(List.of(batch)).get(0);
    }

    @Test
    void meteredUsageIsSentWithCursorPartitionAndPlans() {
        BatchAnswer answer = meter(batch(usage(10, "reads", "1"), usage(12, "reads", "2")));
        assertThat(answer).isEqualTo(new BatchAnswer(12, List.of()));
        assertThat(sent).singleElement().satisfies(batch -> {
            assertThat(batch.partition()).isEqualTo(3);
            assertThat(batch.cursor()).isEqualTo(9);
            assertThat(batch.plans()).containsOnlyKeys(Usages.PLAN);
            assertThat(batch.positions()).containsExactly(10L, 12L);
        });
    }

    @Test
    void rejectedUsageIsNotSentAndTheAnswerStillCoversTheWholeBatch() {
        BatchAnswer answer = meter(batch(usage(10, "reads", "1"), usage(11, "writes", "1")));
        assertThat(sent).singleElement().satisfies(batch -> assertThat(batch.positions()).containsExactly(10L));
        assertThat(answer.committedTo()).isEqualTo(11);
        assertThat(answer.rejected()).extracting(Rejection::position).containsExactly(11L);
    }

    @Test
    void rejectionsOfAllStagesAreMergedByPosition() {
        below.add(new Rejection(10, "accumulator", "quantity_out_of_bounds", "too large"));
        below.add(new Rejection(12, "aggregator", "too_many_plans", "too many"));
        BatchAnswer answer = meter(
                batch(usage(10, "reads", "1"), usage(11, "writes", "1"), usage(12, "reads", "1")));
        assertThat(answer.rejected()).extracting(Rejection::stage)
                .containsExactly("accumulator", "meter", "aggregator");
    }

    @Test
    void nothingIsSentWhenNothingRemains() {
        BatchAnswer answer = meter(batch(usage(11, "writes", "1")));
        assertThat(sent).isEmpty();
        assertThat(answer.committedTo()).isEqualTo(11);
        assertThat(answer.rejected()).hasSize(1);
    }

    @Test
    void anEmptyBatchIsCommittedUpToItsCursor() {
        assertThat(meter(batch())).isEqualTo(new BatchAnswer(9, List.of()));
        assertThat(sent).isEmpty();
    }

    @Test
    void aFailureBelowIsPassedOn() {
        UsageMeter failing = new UsageMeter(new CompiledPlans(10), batch -> {
            throw new StageUnavailableException("away", null);
        });
        assertThatThrownBy(() -> failing.meter(List.of(batch(usage(10, "reads", "1")))))
                .isInstanceOf(StageUnavailableException.class);
    }

    @Test
    void aRepeatedBatchIsMeteredToTheSameBatch() {
        meter(batch(usage(10, "reads", "3", "writes", "1")));
        meter(batch(usage(10, "reads", "3", "writes", "1")));
        assertThat(sent.get(1)).isEqualTo(sent.get(0));
    }

    @Test
    void eachBatchHasItsOwnAnswerWhateverBecomesOfTheOthers() {
        Batch<CollectedUsage> stale = in(7, batch(usage(10, "reads", "1"), usage(11, "writes", "1")));
        Batch<CollectedUsage> refused = in(8, batch(usage(12, "writes", "1")));
        List<BatchAnswer> answers = meter.meter(List.of(batch(usage(10, "reads", "1")), refused, stale,
                in(9, batch(usage(13, "reads", "1")))));

        assertThat(sent).extracting(Batch::partition).as("nothing is left of 8").containsExactly(3, 7, 9);
        assertThat(answers).extracting(BatchAnswer::committedTo).containsExactly(10L, 12L, 9L, 13L);
        assertThat(answers).extracting(BatchAnswer::stale).containsExactly(null, null, "old", null);
        assertThat(answers.get(1).rejected()).hasSize(1);
        assertThat(answers.get(2).rejected()).isEmpty();
    }

    private static Batch<CollectedUsage> in(int partition, Batch<CollectedUsage> batch) {
        return new Batch<>(partition, batch.cursor(), batch.plans(), batch.usage());
    }
}
