package io.quipu.collector.web;

import io.quipu.common.web.Problem;
import io.quipu.common.web.Violation;
import java.util.List;
import java.util.regex.Pattern;

/** The time in Abacus's paths. The catalog has no history to look it up in, but what is no time is refused. */
final class Times {

    private static final Pattern MILLIS = Pattern.compile("[0-9]{1,16}");

    private Times() {
    }

    /**
     * Checks that a path names a time.
     *
     * @throws Problem 400 {@code invalid}
     */
    static void check(String time) {
        if (!MILLIS.matcher(time).matches()) {
            throw Problem.of(400, "invalid", "The time is not valid").with(List.of(new Violation("time", "type",
                    "must be milliseconds since the epoch, 1 to 16 digits")));
        }
    }
}
