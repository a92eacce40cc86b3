package io.quipu.common.stage;

import java.util.List;

/**
 * What a stage answers to {@link Batches}.
 *
 * @param answers one for each batch, in the same order
 */
public record BatchAnswers(List<BatchAnswer> answers) {

    /** Copies the list. */
    public BatchAnswers {
        answers = List.copyOf(answers);
    }
}
