package io.quipu.collector.intake;

import io.quipu.common.web.Problem;

/** What became of one submitted usage. */
public sealed interface UsageResult {

    /**
     * It is durably in the log.
     *
     * @param location where it is found
     * @param place where it stands in the log
     */
    record Accepted(String location, Place place) implements UsageResult {
    }

    /**
     * A usage with the same key and the same content was accepted before; nothing was stored.
     *
     * @param location where that one is found
     * @param place where that one stands in the log
     */
    record Duplicate(String location, Place place) implements UsageResult {
    }

    /**
     * It was not accepted.
     *
     * @param problem why; a status of 500 and above means that the same usage is worth sending again
     */
    record Rejected(Problem problem) implements UsageResult {

        /** Whether the same usage is worth sending again: the refusal is not about what it says. */
        public boolean retryable() {
            return problem.status() >= 500;
        }
    }
}
