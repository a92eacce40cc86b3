package io.quipu.reporting.source;

/** A neighbour answered, but not with what was asked for: another status, a body that is broken, cut or not its own. */
final class UnusableAnswerException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnusableAnswerException(String message) {
        super(message);
    }

    UnusableAnswerException(String message, Throwable cause) {
        super(message, cause);
    }
}
