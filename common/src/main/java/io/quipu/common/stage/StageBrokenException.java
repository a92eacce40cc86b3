package io.quipu.common.stage;

/** The next stage failed in a way that it should not: a bug of ours, which repeating may not cure. */
public class StageBrokenException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** With the stage's own words. */
    public StageBrokenException(String message) {
        super(message);
    }
}
