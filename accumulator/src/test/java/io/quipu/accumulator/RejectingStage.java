package io.quipu.accumulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.common.stage.Batch;
import io.quipu.common.stage.BatchAnswer;
import io.quipu.common.usage.AccumulatedUsage;
import io.quipu.common.usage.Positioned;
import io.quipu.common.usage.Rejection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * A stage below that rejects, or finds stale, what it is told to, as the aggregator would: of each batch it names the first
 * rejection that it was not told of, and commits nothing of that batch then. What it has committed it has decided for good.
 */
final class RejectingStage implements Function<List<Batch<AccumulatedUsage>>, List<BatchAnswer>> {

    /** A position of a partition. */
    record Place(int partition, long position) {
    }

    /** What it rejects. */
    final Set<Place> rejects = new HashSet<>();

    /** The partitions whose batches it finds stale. */
    final Set<Integer> stale = new HashSet<>();

    /** The batches of each call. */
    final List<List<Batch<AccumulatedUsage>>> calls = new ArrayList<>();

    private final Map<Place, Boolean> counted = new HashMap<>();

    /** The positions of each batch of a call, by partition. */
    Map<Integer, List<Long>> sent(int call) {
        Map<Integer, List<Long>> positions = new HashMap<>();
        calls.get(call).forEach(batch -> positions.put(batch.partition(),
                batch.usage().stream().map(Positioned::position).toList()));
        assertThat(positions).as("partitions of call %d", call).hasSameSizeAs(calls.get(call));
        return positions;
    }

    @Override
    public List<BatchAnswer> apply(List<Batch<AccumulatedUsage>> batches) {
        assertThat(batches).as("what is sent").isNotEmpty().allSatisfy(batch -> assertThat(batch.usage()).isNotEmpty());
        calls.add(batches);
        return batches.stream().map(this::answer).toList();
    }

    private BatchAnswer answer(Batch<AccumulatedUsage> batch) {
        if (stale.contains(batch.partition())) {
            return BatchAnswer.stale(batch, "stale below");
        }
        Optional<AccumulatedUsage> first = batch.usage().stream().filter(usage -> usage.rejection() == null
                && rejects.contains(new Place(batch.partition(), usage.position()))).findFirst();
        if (first.isPresent()) {
            return new BatchAnswer(batch.lastPosition(), List.of(rejection(first.get().position())));
        }
        for (AccumulatedUsage usage : batch.usage()) {
            Place place = new Place(batch.partition(), usage.position());
            boolean counts = usage.rejection() == null;
            assertThat(counts).as("whether %s counts", place).isEqualTo(counted.getOrDefault(place, counts));
            counted.put(place, counts);
        }
        return new BatchAnswer(batch.lastPosition(), List.of());
    }

    /** As it rejects that position. */
    static Rejection rejection(long position) {
        return new Rejection(position, "aggregator", "too_many_plans", "why");
    }
}
