package io.quipu.common.stage;

/**
 * A batch that was made from a cursor too old to be judged: rejections of its positions may have been forgotten, since
 * all of it is committed everywhere. Its driver must read its cursor again.
 */
public class StaleBatchException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** With the numbers. */
    public StaleBatchException(String message) {
        super(message);
    }
}
