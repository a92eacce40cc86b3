package io.quipu.meter.domain;

import io.quipu.common.usage.MeteredUsage;
import io.quipu.common.usage.Rejection;

/** What became of a collected usage: it was metered, or it counts nowhere. */
public sealed interface Metered {

    /**
     * Metered.
     *
     * @param usage goes on to the accumulator; without metrics when none of the plan's measures was in it
     */
    record Accepted(MeteredUsage usage) implements Metered {
    }

    /**
     * Refused by a function of the plan.
     *
     * @param rejection why
     */
    record Rejected(Rejection rejection) implements Metered {
    }
}
