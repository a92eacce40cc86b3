package io.quipu.collector.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.common.stage.Batch;
import io.quipu.common.stage.BatchAnswer;
import io.quipu.common.stage.StaleBatchException;
import io.quipu.common.usage.CollectedUsage;
import io.quipu.common.usage.Rejection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/**
 * A next stage with a document, hence a watermark, per resource instance: folds each position once, and remembers what it
 * folded and rejected.
 */
final class FoldingStage implements NextStage {

    private final Map<String, Long> watermarks = new HashMap<>();
    private final Map<Integer, Long> prunedTo = new HashMap<>();
    private final Map<Integer, TreeMap<Long, Rejection>> rejected = new HashMap<>();

    /** What counts, in the order in which it was folded. */
    final List<CollectedUsage> folded = new ArrayList<>();

    /** The batches that were sent, whatever became of them. */
    final List<Batch<CollectedUsage>> sent = new ArrayList<>();

    /** Which usage it rejects. */
    Predicate<CollectedUsage> rejects = usage -> false;

    /** Called before a batch is folded, and after, with the number of the call; may throw. */
    BiConsumer<Integer, Batch<CollectedUsage>> before = (call, batch) -> { };

    BiConsumer<Integer, Batch<CollectedUsage>> after = (call, batch) -> { };

    @Override
    public List<BatchAnswer> send(List<Batch<CollectedUsage>> batches) {
        return batches.stream().map(this::sendOne).toList();
    }

    private BatchAnswer sendOne(Batch<CollectedUsage> batch) {
        int call = sent.size();
        sent.add(batch);
        try {
            before.accept(call, batch);
            BatchAnswer answer = fold(batch);
            after.accept(call, batch);
            return answer;
        } catch (StaleBatchException e) {
            return BatchAnswer.stale(batch, e.getMessage());
        }
    }

    private BatchAnswer fold(Batch<CollectedUsage> batch) {
        int partition = batch.partition();
        assertThat(batch.usage()).isNotEmpty();
        long pruned = prunedTo.getOrDefault(partition, -1L);
        if (batch.cursor() < pruned && batch.usage().get(0).position() <= pruned) {
            throw new StaleBatchException("pruned to " + pruned);
        }
        TreeMap<Long, Rejection> decisions = rejected.computeIfAbsent(partition, p -> new TreeMap<>());
        List<Rejection> answered = new ArrayList<>();
        long before = batch.cursor();
        for (CollectedUsage usage : batch.usage()) {
            if (usage.position() <= before || !batch.plans().containsKey(usage.pin().plan())) {
                throw new AssertionError(usage + " after position " + before + " with the plans " + batch.plans().keySet());
            }
            before = usage.position();
            String document = partition + "/" + usage.origin().resourceInstanceId();
            if (usage.position() > watermarks.getOrDefault(document, -1L)) {
                if (rejects.test(usage)) {
                    decisions.put(usage.position(), new Rejection(usage.position(), "meter", "not_finite", "rejected"));
                } else {
                    folded.add(usage);
                }
                watermarks.put(document, usage.position());
            }
            if (decisions.containsKey(usage.position())) {
                answered.add(decisions.get(usage.position()));
            }
        }
        prunedTo.merge(partition, batch.cursor(), Math::max);
        decisions.headMap(batch.cursor(), true).clear();
        return new BatchAnswer(before, answered);
    }

    List<Long> positions() {
        return folded.stream().map(CollectedUsage::position).toList();
    }
}
