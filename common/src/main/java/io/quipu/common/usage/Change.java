package io.quipu.common.usage;

import io.quipu.common.quantity.Value;
import java.util.Objects;

/**
 * A quantity before and after a usage; what is aggregated is always the difference.
 *
 * @param previous the quantity before, or null when there was none
 * @param current the quantity after
 */
public record Change(Value previous, Value current) {

    /** Checks that there is a current quantity. */
    public Change {
        Objects.requireNonNull(current, "current");
    }
}
