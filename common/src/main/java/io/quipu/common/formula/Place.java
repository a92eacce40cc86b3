package io.quipu.common.formula;

/**
 * Where something stands in a source text.
 *
 * @param line the line, from 1
 * @param column the column, from 1
 */
record Place(int line, int column) {

    /** The place of the character at that offset; of the end of the text when it lies beyond. */
    static Place of(String text, int offset) {
        int line = 1;
        int column = 1;
        for (int i = 0; i < Math.min(offset, text.length()); i++) {
            char c = text.charAt(i);
            // a CR that is followed by LF ends no line, the LF does
            if (c == '\n' || c == '\r' && !(i + 1 < text.length() && text.charAt(i + 1) == '\n')) {
                line++;
                column = 1;
            } else {
                column++;
            }
        }
        return new Place(line, column);
    }

    @Override
    public String toString() {
        return "line " + line + ", column " + column;
    }
}
