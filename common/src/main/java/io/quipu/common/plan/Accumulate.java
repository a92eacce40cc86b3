package io.quipu.common.plan;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How the quantities of one resource instance add up in a window: the built-in functions, by name. */
public enum Accumulate {

    /** All of them together. */
    SUM,
    /** The highest. */
    MAX,
    /** The lowest. */
    MIN,
    /** That of the usage that ended last; of equal ends the one accepted last. */
    LAST,
    /** How many there are. */
    COUNT;

    /** The name in plans, such as {@code sum}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** All names, for messages. */
    public static List<String> ids() {
        return Arrays.stream(values()).map(Accumulate::id).toList();
    }

    /** The function of that name, if there is one. */
    public static Optional<Accumulate> find(String id) {
        return Arrays.stream(values()).filter(function -> function.id().equals(id)).findFirst();
    }
}
