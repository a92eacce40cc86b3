package io.quipu.common.formula;

/** The two values of JavaScript that stand for none. */
enum Absent {
    UNDEFINED, NULL;

    @Override
    public String toString() {
        return this == NULL ? "null" : "undefined";
    }
}
