package io.quipu.common.stage;

import io.quipu.common.usage.Rejection;
import java.util.List;

/**
 * What a stage answers once it and every stage below it have committed a batch, or found it too old to be judged.
 *
 * @param committedTo the last position of the batch; of a stale one its cursor
 * @param rejected the usages of the batch that count nowhere, by ascending position
 * @param stale null; or why the batch is {@linkplain Watermark#stale stale}: its driver has to read its cursor again
 */
public record BatchAnswer(long committedTo, List<Rejection> rejected, String stale) {

    /** Copies the list. */
    public BatchAnswer {
        rejected = List.copyOf(rejected);
    }

    /** Of a batch that is committed. */
    public BatchAnswer(long committedTo, List<Rejection> rejected) {
        this(committedTo, rejected, null);
    }

    /** Of a batch that is stale. */
    public static BatchAnswer stale(Batch<?> batch, String reason) {
        return new BatchAnswer(batch.cursor(), List.of(), reason);
    }

    /**
     * This answer, when the batch is committed.
     *
     * @throws StaleBatchException when it is stale
     */
    public BatchAnswer committed() {
        if (stale != null) {
            throw new StaleBatchException(stale);
        }
        return this;
    }
}
