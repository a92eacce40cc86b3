package io.quipu.common.usage;

import java.util.Objects;

/**
 * The decision that an accepted usage counts nowhere, and why. Made once, remembered by every document that passes the
 * position, adopted by whoever finds it.
 *
 * @param position the position of the usage in its partition's log
 * @param stage the stage that found it: {@code meter}, {@code accumulator}, {@code aggregator} or {@code operator}
 * @param code stable and machine-readable
 * @param reason a sentence for people, with the numbers
 */
public record Rejection(long position, String stage, String code, String reason) {

    /** Checks that nothing is missing. */
    public Rejection {
        Objects.requireNonNull(stage, "stage");
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(reason, "reason");
    }
}
