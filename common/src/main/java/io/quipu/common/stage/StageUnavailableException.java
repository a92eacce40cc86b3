package io.quipu.common.stage;

import java.time.Duration;
import java.util.Optional;

/** The next stage cannot answer now, or its answer was lost. Always worth a retry, never a verdict on the usage. */
public class StageUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Duration retryAfter;

    /**
     * Unavailable for now.
     *
     * @param message what happened
     * @param retryAfterOrNull when the stage asked to be called again, if it did
     */
    public StageUnavailableException(String message, Duration retryAfterOrNull) {
        super(message);
        this.retryAfter = retryAfterOrNull;
    }

    /** When the stage asked to be called again. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
