package io.quipu.collector.log;

import java.time.Duration;

/** The log takes no usage now: the backlog is full, the clock is behind the log, or the store is away. Worth a retry. */
public class LogUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String code;
    private final Duration retryAfter;

    /**
     * A refusal for now.
     *
     * @param code stable: {@code backlog_full}, {@code clock_behind}, {@code store_unavailable} or {@code stopping}
     * @param reason a sentence with the numbers
     * @param retryAfter when to try again
     */
    public LogUnavailableException(String code, String reason, Duration retryAfter) {
        super(reason);
        this.code = code;
        this.retryAfter = retryAfter;
    }

    /** The stable code. */
    public String code() {
        return code;
    }

    /** When to try again. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
