package io.quipu.reporting.report;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How far down a report goes; each level includes those before it. */
public enum Depth {
    /** The organization's totals. */
    ORGANIZATION,
    /** And those of each space. */
    SPACE,
    /** And those of each consumer. */
    CONSUMER,
    /** And the quantities of each resource instance. */
    INSTANCE;

    /** Whether a report of this depth has that level. */
    public boolean shows(Depth level) {
        return compareTo(level) >= 0;
    }

    /** The name in a query. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The depth of that name. */
    public static Optional<Depth> find(String id) {
        return Arrays.stream(values()).filter(depth -> depth.id().equals(id)).findFirst();
    }
}
