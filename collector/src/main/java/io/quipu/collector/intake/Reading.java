package io.quipu.collector.intake;

import io.quipu.common.web.Violation;
import java.util.List;

/** What reading one usage document gave: a usage, or all that is wrong with the document. */
public sealed interface Reading {

    /**
     * The document is valid.
     *
     * @param usage what it says
     */
    record Valid(SubmittedUsage usage) implements Reading {
    }

    /**
     * The document is not valid.
     *
     * @param violations what is wrong with it, by field; at least one
     */
    record Invalid(List<Violation> violations) implements Reading {

        /** Copies the list. */
        public Invalid {
            violations = List.copyOf(violations);
        }
    }
}
