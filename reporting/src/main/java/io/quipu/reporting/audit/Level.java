package io.quipu.reporting.audit;

import java.util.Locale;

/** Whose figures they are. Spaces have none of their own documents: theirs are in the organization's. */
enum Level {

    /** The organization. */
    ORGANIZATION,
    /** A space of it. */
    SPACE,
    /** A consumer in a space. */
    CONSUMER,
    /** A resource instance of a consumer. */
    INSTANCE;

    String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
