package io.quipu.common.http;

/** Another service answered, but not with what was asked for: another status, a body that is broken, cut or not its own. */
public final class UnusableAnswerException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** With what is wrong with it. */
    public UnusableAnswerException(String message) {
        super(message);
    }

    /** With what is wrong with it, and what found that. */
    public UnusableAnswerException(String message, Throwable cause) {
        super(message, cause);
    }
}
