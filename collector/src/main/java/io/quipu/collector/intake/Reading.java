package io.quipu.collector.intake;

import io.quipu.common.web.Violation;
import java.util.List;

/** What reading one document of a usage or an event gave: it, or all that is wrong with the document. */
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
     * @param what what it should be: {@code usage} or {@code event}
     * @param violations what is wrong with it, by field; at least one
     */
    record Invalid(String what, List<Violation> violations) implements Reading {

        /** Copies the list. */
        public Invalid {
            violations = List.copyOf(violations);
        }
    }
}
