package io.quipu.common.formula;

/** A formula that has no result for these variables: a division by zero, a missing variable, a number out of bounds. */
public final class EvaluationException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** With a sentence that holds the numbers. */
    EvaluationException(String reason) {
        super(reason);
    }
}
