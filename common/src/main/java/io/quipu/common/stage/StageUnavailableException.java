package io.quipu.common.stage;

import java.time.Duration;
import java.util.Optional;

/** The next stage cannot answer now, or its answer was lost: always worth a retry, never a verdict on the usage. */
public class StageUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Duration retryAfter;

    /** With the reason, and when to try again, or null where the stage did not say. */
    public StageUnavailableException(String message, Duration retryAfter) {
        super(message);
        this.retryAfter = retryAfter;
    }

    /** When to try again, if the stage said so. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
