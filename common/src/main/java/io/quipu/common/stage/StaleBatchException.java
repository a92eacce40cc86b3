package io.quipu.common.stage;

/** The next stage has seen a newer cursor than the batch's: its driver must read the cursor again. Nothing is lost. */
public class StaleBatchException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** With the stage's own words. */
    public StaleBatchException(String message) {
        super(message);
    }
}
