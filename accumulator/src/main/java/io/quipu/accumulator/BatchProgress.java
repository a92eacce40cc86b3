package io.quipu.accumulator;

import io.quipu.common.stage.Batch;
import io.quipu.common.stage.BatchAnswer;
import io.quipu.common.usage.MeteredUsage;
import io.quipu.common.usage.Rejection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How far a batch has come: up to where it is committed, what was rejected of it, and how much of it is tried next. Not
 * thread-safe.
 */
final class BatchProgress {

    /** Usages that are tried together, at the least, once some of a batch have been rejected below. */
    static final int MIN_PART = 8;

    private final Batch<MeteredUsage> batch;
    private final Map<Long, Rejection> excluded = new HashMap<>();
    private final List<Rejection> rejected = new ArrayList<>();
    private int from;
    private int size;
    private String stale;

    /** Nothing of it is committed. */
    BatchProgress(Batch<MeteredUsage> batch) {
        this.batch = batch;
        this.size = batch.usage().size();
    }

    /** Whether nothing of it is to be tried any more. */
    boolean done() {
        return stale != null || from == batch.usage().size();
    }

    /** What is tried next. */
    Batch<MeteredUsage> part() {
        int to = Math.min(batch.usage().size(), from + size);
        return batch.with(batch.usage().subList(from, to));
    }

    /** The usages that the stage below has rejected, by position. */
    Map<Long, Rejection> excluded() {
        return excluded;
    }

    /** The batch is too old to be judged. */
    void stale(String reason) {
        stale = reason;
    }

    /** The stage below has rejected some of the part that was tried, and committed none of their organizations. */
    void rejectedBelow(List<Rejection> rejections) {
        rejections.forEach(rejection -> excluded.put(rejection.position(), rejection));
        size = Math.max(MIN_PART, Math.min(size, batch.usage().size() - from) / 2);
    }

    /** A part is durable here and below. */
    void committed(Batch<MeteredUsage> part, List<Rejection> rejections) {
        rejected.addAll(rejections);
        from += part.usage().size();
        size *= 2;
    }

    BatchAnswer answer() {
        return stale == null ? new BatchAnswer(batch.lastPosition(), rejected) : BatchAnswer.stale(batch, stale);
    }
}
