package io.quipu.collector.intake;

import java.util.List;

/**
 * The usages of one request.
 *
 * @param array whether they came as an array, and so are answered by one; otherwise there is exactly one
 * @param readings one per document, in the order they came
 */
public record Submission(boolean array, List<Reading> readings) {

    /** Copies the list. */
    public Submission {
        readings = List.copyOf(readings);
    }
}
