package io.quipu.common.formula;

import java.math.BigDecimal;

/**
 * A word, number, quoted name or symbol of a source text.
 *
 * @param kind what it is
 * @param text as it is written; a quoted name without its quotes
 * @param number the value of a number, else null
 * @param offset where it begins
 * @param beginsLine whether a line ended between it and the token before
 */
record Token(Kind kind, String text, BigDecimal number, int offset, boolean beginsLine) {

    /** What a token is; END stands behind the last one. */
    enum Kind { WORD, NUMBER, QUOTED, SYMBOL, END }

    /** Whether it is that symbol or word. */
    boolean is(String expected) {
        return (kind == Kind.SYMBOL || kind == Kind.WORD) && text.equals(expected);
    }
}
