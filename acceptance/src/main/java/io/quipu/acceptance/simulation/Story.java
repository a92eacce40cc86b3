package io.quipu.acceptance.simulation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** What happened, line by line, when somebody wants to know. */
final class Story {

    private final boolean told;
    private final LongSupplier now;
    private final List<String> lines = new ArrayList<>();

    Story(boolean told, LongSupplier now) {
        this.told = told;
        this.now = now;
    }

    void tell(Machine machine, Supplier<String> what) {
        if (told) {
            lines.add(String.format(Locale.ROOT, "%s %-14s %s", Instant.ofEpochMilli(now.getAsLong()), machine.name(),
                    what.get()));
        }
    }

    List<String> lines() {
        return lines;
    }
}
