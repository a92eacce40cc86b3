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
        /** As a stop: a complete snapshot did not list the instance, though it ran just before; the id is the snapshot's. */
        GONE,
        /** It runs, at the levels that are measured. */
        START,
        /** The levels are those that are measured. */
        LEVEL,
        /** As a level: a snapshot lists the instance with what is measured; the id is the snapshot's. */
        SNAPSHOT,
        /**
         * A snapshot that is complete ends here: what ran just before its time and it did not list, is {@link #GONE}. Stands in the
         * log only: nothing is measured, and it is never sent on. Its origin names a resource, and an organization unless the
         * snapshot was of all; its other ids are empty.
         */
        COMPLETE;

        /** Whether nothing runs after it. */
        public boolean stops() {
            return this == STOP || this == GONE;
        }

        /** Whether it comes of a snapshot, and corrects what was known. */
        public boolean reconciles() {
            return this == SNAPSHOT || this == GONE;
        }
    }

    /** Checks that the kind is there. */
    public Event {
        Objects.requireNonNull(kind, "kind");
    }
}
