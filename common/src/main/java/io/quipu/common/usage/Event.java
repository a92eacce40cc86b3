package io.quipu.common.usage;

import java.util.Objects;

/**
 * That something began, ended, or has another level from a time on, rather than that something was used up to that time.
 *
 * @param kind what happened
 * @param id the provider's id of the event, which tells events of one kind at one time apart; null when it has none
 */
public record Event(Kind kind, String id) {

    /** What happened; events of one time take effect in this order. */
    public enum Kind {
        /** Nothing runs any more: every level is zero. */
        STOP,
        /** It runs, at the levels that are measured. */
        START,
        /** The levels are those that are measured. */
        LEVEL
    }

    /** Checks that the kind is there. */
    public Event {
        Objects.requireNonNull(kind, "kind");
    }
}
