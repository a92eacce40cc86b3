package io.quipu.common.formula;

/**
 * The names that are visible at one place of a source text: a list that grows at its front, so that whoever keeps it does not see what
 * is declared later.
 *
 * @param outer the names before; null when this is the first one
 * @param name the name that came last
 * @param meaning what it means
 */
record Scope(Scope outer, String name, Meaning meaning) {

    /** What a name means. */
    sealed interface Meaning {
    }

    /**
     * A value.
     *
     * @param slot where it is
     * @param parameters as {@link Operand#parameters}
     */
    record Local(int slot, int parameters) implements Meaning {
    }

    /**
     * A function that only the formula calls; compiled anew at each call, since nothing else bounds what calls of calls cost.
     *
     * @param position where its tokens begin
     * @param visible the names that it sees
     */
    record Helper(int position, Scope visible) implements Meaning {
    }

    /** What the name means in that scope, which may be null: the empty one; null when nothing. */
    static Meaning meaning(Scope scope, String name) {
        for (Scope at = scope; at != null; at = at.outer) {
            if (at.name.equals(name)) {
                return at.meaning;
            }
        }
        return null;
    }
}
