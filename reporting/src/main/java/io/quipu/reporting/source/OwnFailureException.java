package io.quipu.reporting.source;

/** What the reader of an answer failed of by itself while the call lasted: not the neighbour's failure. */
public final class OwnFailureException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Carries what happened. */
    public OwnFailureException(Throwable cause) {
        super("an answer could not be made use of", cause);
    }
}
