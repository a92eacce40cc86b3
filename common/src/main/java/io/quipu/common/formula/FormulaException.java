package io.quipu.common.formula;

/** A source text that is not a formula of the language: says where, and what stands there. */
public final class FormulaException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int line;
    private final int column;
    private final String reason;

    /**
     * A refusal.
     *
     * @param line the line, from 1
     * @param column the column, from 1
     * @param reason what is wrong there
     */
    FormulaException(int line, int column, String reason) {
        super("line " + line + ", column " + column + ": " + reason);
        this.line = line;
        this.column = column;
        this.reason = reason;
    }

    /** A refusal of what stands at that offset of a text. */
    static FormulaException at(String text, int offset, String reason) {
        Place place = Place.of(text, offset);
        return new FormulaException(place.line(), place.column(), reason);
    }

    /** The line, from 1. */
    public int line() {
        return line;
    }

    /** The column, from 1. */
    public int column() {
        return column;
    }

    /** What is wrong there. */
    public String reason() {
        return reason;
    }
}
