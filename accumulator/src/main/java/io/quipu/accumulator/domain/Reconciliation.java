package io.quipu.accumulator.domain;

import io.quipu.common.running.Reconciled;
import java.util.Optional;

/** What an entry of a snapshot has come to: what runs after it, against what ran just before it. */
public enum Reconciliation {
    /** Listed, and nothing ran. */
    OPENED,
    /** Listed, and it ran otherwise: at another level, or under other terms. */
    CORRECTED,
    /** Not listed by a complete snapshot, and it ran. */
    CLOSED,
    /** Listed, and it ran just so. */
    UNCHANGED;

    /**
     * What an entry of a snapshot has come to.
     *
     * @param before what ran just before it
     * @return nothing when the instance is gone and did not run any more: it was neither listed nor closed
     */
    static Optional<Reconciliation> of(OpenEntry entry, Levels before) {
        if (entry.stops()) {
            return before.runs() ? Optional.of(CLOSED) : Optional.empty();
        }
        Levels after = before.after(entry);
        if (before.withoutZeros().equals(after.withoutZeros())) {
            return Optional.of(UNCHANGED);
        }
        return Optional.of(before.runs() ? CORRECTED : OPENED);
    }

    /** One of this, and none of the others. */
    Reconciled.Counts one() {
        return switch (this) {
            case OPENED -> new Reconciled.Counts(1, 0, 0, 0);
            case CORRECTED -> new Reconciled.Counts(0, 1, 0, 0);
            case CLOSED -> new Reconciled.Counts(0, 0, 1, 0);
            case UNCHANGED -> new Reconciled.Counts(0, 0, 0, 1);
        };
    }
}
