package io.quipu.common.stage;

/** The next stage failed on a batch in a way that nobody expected: a bug of ours, on our side of the wire or theirs. */
public class StageBrokenException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** With the status and the beginning of the answer. */
    public StageBrokenException(String message) {
        super(message);
    }
}
