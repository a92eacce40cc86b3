package io.quipu.common.http;

import java.time.Duration;

/** The circuit breakers of all instances of another service are open: none was asked. */
public final class NoInstanceException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Duration retryAfter;

    NoInstanceException(String to, Duration retryAfter) {
        super("the circuit of every instance of the " + to + " is open");
        this.retryAfter = retryAfter;
    }

    /** After how long one of them is asked again, at the latest. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
