package io.quipu.common.formula;

/** An object that a formula makes: names and their values, in the order of its source text. Its arrays are not changed any more. */
record Fields(String[] names, Object[] values) {

    /** The value of that name; undefined where it has none. */
    Object get(String name) {
        for (int i = 0; i < names.length; i++) {
            if (names[i].equals(name)) {
                return values[i];
            }
        }
        return Absent.UNDEFINED;
    }
}
