package io.quipu.common.web;

import io.quipu.common.stage.StageBrokenException;
import io.quipu.common.stage.StageUnavailableException;
import io.quipu.common.stage.StaleBatchException;
import java.time.Duration;
import java.util.function.Supplier;

/** How a stage answers what went wrong in the stage below it: the same failure, one hop up. */
public final class StageProblems {

    /** When to try again where the stage below did not say. */
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private StageProblems() {
    }

    /**
     * Runs a call that goes through the stage below.
     *
     * @param below the name of that stage, such as {@code aggregator}
     * @throws Problem 409 {@code stale}, 503 {@code <below>_unavailable}, or 500 {@code broken}
     */
    public static <T> T around(String below, Supplier<T> call) {
        try {
            return call.get();
        } catch (StaleBatchException e) {
            throw Problem.of(409, "stale", e.getMessage());
        } catch (StageUnavailableException e) {
            throw Problem.unavailable(below + "_unavailable", e.getMessage(), e.retryAfter().orElse(RETRY_AFTER));
        } catch (StageBrokenException e) {
            throw Problem.of(500, "broken", e.getMessage());
        }
    }
}
