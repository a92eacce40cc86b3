package io.quipu.common.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quipu.common.store.StoreException;
import io.quipu.common.usage.CollectedUsage;
import io.quipu.common.usage.Rejection;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class StageMetricsTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final StageMetrics metrics = new StageMetrics(registry, "accumulator");

    @Test
    void onlyWhatThisStageRejectedIsCountedAsItsRejection() {
        metrics.record(batches(5), () -> List.of(new BatchAnswer(9, List.of(new Rejection(1, "accumulator", "quantity_out_of_bounds", "too large"),
                new Rejection(2, "aggregator", "too_many_plans", "too many")))));

        assertThat(usages("committed", "none")).isEqualTo(3);
        assertThat(usages("rejected", "quantity_out_of_bounds")).isEqualTo(1);
        assertThat(usages("rejected", "too_many_plans")).isZero();
        assertThat(batches("committed")).isEqualTo(1);
        assertThat(registry.get("quipu.stage.batch.usages").summary().totalAmount()).isEqualTo(5);
    }

    @Test
    void whatIsNotCommittedIsTimedByItsReasonAndCountsNoUsage() {
        metrics.record(batches(2, 1, 3), () -> List.of(new BatchAnswer(1, List.of(), "old"), new BatchAnswer(5, List.of()),
                new BatchAnswer(7, List.of(), "old")));
        assertThat(batches("committed")).isEqualTo(1);
        assertThat(usages("committed", "none")).isEqualTo(1);
        fail(new StageUnavailableException("away", null));
        fail(new StoreException("full"));
        fail(new IllegalStateException("bug"));

        assertThat(batches("stale")).isEqualTo(2);
        assertThat(batches("unavailable")).isEqualTo(2);
        assertThat(batches("broken")).isEqualTo(1);
        assertThat(batches("committed")).isEqualTo(1);
        assertThat(usages("committed", "none")).isEqualTo(1);
    }

    private void fail(RuntimeException failure) {
        assertThatThrownBy(() -> metrics.record(batches(1), () -> {
            throw failure;
        })).isSameAs(failure);
    }

    private static List<Batch<CollectedUsage>> batches(int... sizes) {
        return IntStream.of(sizes).mapToObj(size -> new Batch<>(0, -1, Map.of(), LongStream.range(0, size)
                .mapToObj(position -> new CollectedUsage(position, 1, null, null, List.of())).toList())).toList();
    }

    private double usages(String result, String code) {
        return registry.get("quipu.stage.usages").tags("result", result, "code", code).counter().count();
    }

    private long batches(String outcome) {
        return registry.get("quipu.stage.batch").tags("outcome", outcome).timer().count();
    }
}
