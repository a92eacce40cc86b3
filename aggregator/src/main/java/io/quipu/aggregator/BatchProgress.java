package io.quipu.aggregator;

import io.quipu.common.stage.Batch;
import io.quipu.common.stage.BatchAnswer;
import io.quipu.common.usage.AccumulatedUsage;
import io.quipu.common.usage.Rejection;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What has come of a batch so far. Not thread-safe. */
final class BatchProgress {

    private final Batch<AccumulatedUsage> batch;
    private final List<Rejection> rejected = new ArrayList<>();
    private String stale;

    /** Nothing yet. */
    BatchProgress(Batch<AccumulatedUsage> batch) {
        this.batch = batch;
    }

    Batch<AccumulatedUsage> batch() {
        return batch;
    }

    /** A usage was rejected that was not known to be. */
    void rejected(Rejection rejection) {
        rejected.add(rejection);
    }

    /** The batch is too old to be judged. */
    void stale(String reason) {
        stale = reason;
    }

    boolean isStale() {
        return stale != null;
    }

    BatchAnswer answer() {
        if (stale != null) {
            return BatchAnswer.stale(batch, stale);
        }
        rejected.sort(Comparator.comparingLong(Rejection::position));
        return new BatchAnswer(batch.lastPosition(), rejected);
    }
}
