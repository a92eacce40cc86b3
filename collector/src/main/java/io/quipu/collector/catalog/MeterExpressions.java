package io.quipu.collector.catalog;

import java.util.SortedSet;

/** What the catalog must know about metering expressions: whether one is well formed, and which measures it names. */
@FunctionalInterface
interface MeterExpressions {

    /**
     * The names that an expression refers to.
     *
     * @throws Refused when it is not an expression
     */
    SortedSet<String> variables(String expression) throws Refused;

    /** Why an expression is none, and where. */
    final class Refused extends Exception {

        private static final long serialVersionUID = 1L;

        private final int line;
        private final int column;

        Refused(int line, int column, String message) {
            super(message);
            this.line = line;
            this.column = column;
        }

        /** The place and the reason. */
        String explanation() {
            return "line " + line + ", column " + column + ": " + getMessage();
        }
    }
}
