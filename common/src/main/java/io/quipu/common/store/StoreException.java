package io.quipu.common.store;

/** The store cannot answer now, or the outcome of a write is unknown. Always worth a retry, never a verdict on the data. */
public class StoreException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** With the engine's own words. */
    public StoreException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Without a cause. */
    public StoreException(String message) {
        super(message);
    }
}
