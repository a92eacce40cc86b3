package io.quipu.common.stage;

import io.quipu.common.usage.Rejection;
import java.util.List;

/**
 * What a stage answers once it and every stage below it have committed a batch.
 *
 * @param committedTo the last position of the batch
 * @param rejected the usages of the batch that count nowhere, by ascending position
 */
public record BatchAnswer(long committedTo, List<Rejection> rejected) {

    /** Copies the list. */
    public BatchAnswer {
        rejected = List.copyOf(rejected);
    }
}
