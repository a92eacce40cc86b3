package io.quipu.common.formula;

/**
 * The text of a formula, checked character by character before any parser sees it: only what the language is written in
 * may reach the recursive parser, and never deep enough to exhaust a stack.
 */
final class SourceText {

    private static final String PUNCTUATION = "_$.,+-*/()";

    private final String text;

    /**
     * Checks length, characters, comments and nesting.
     *
     * @throws FormulaException at the first violation
     */
    SourceText(String text) {
        this.text = text;
        if (text.length() > Expression.MAX_SOURCE_LENGTH) {
            throw refusal(Expression.MAX_SOURCE_LENGTH, "the formula has " + text.length() + " characters, more than "
                    + Expression.MAX_SOURCE_LENGTH);
        }
        if (text.isBlank()) {
            throw refusal(0, "the formula is empty");
        }
        checkCharacters();
        checkNesting();
    }

    /** The text. */
    String text() {
        return text;
    }

    /** A refusal of what stands at that offset. */
    FormulaException refusal(int offset, String reason) {
        return FormulaException.at(text, offset, reason);
    }

    private void checkCharacters() {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '/' && i + 1 < text.length() && (text.charAt(i + 1) == '/' || text.charAt(i + 1) == '*')) {
                throw refusal(i, "a comment is not part of a formula");
            }
            if (c == '*' && i + 1 < text.length() && text.charAt(i + 1) == '*') {
                throw refusal(i, "** (power) is not part of the language; multiply, or write the number out");
            }
            if (!allowed(c)) {
                throw refusal(i, meaning(c));
            }
        }
    }

    private static boolean allowed(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
                || c == ' ' || c == '\t' || c == '\n' || c == '\r'
                || PUNCTUATION.indexOf(c) >= 0
                || c > 127 && Character.isLetter(c);
    }

    private static String meaning(char c) {
        return switch (c) {
            case '^' -> "^ is not a power in this language (in JavaScript it is an exclusive or of bits); multiply, or write"
                    + " the number out, such as 1073741824";
            case '%' -> "% (remainder) is not part of the language";
            case '"', '\'', '`' -> "a string is not part of the language";
            case '=' -> "an assignment, comparison or arrow function is not part of the language";
            case '<', '>', '!' -> "a comparison is not part of the language: " + c;
            case '&', '|', '~' -> "logic is not part of the language: " + c;
            case '?', ':' -> "a condition is not part of the language: " + c;
            case ';' -> "a formula is one expression, without ;";
            case '{', '}' -> "a block or an object is not part of the language: " + c;
            case '[', ']' -> "an array or an index is not part of the language: " + c;
            default -> c > ' ' && c < 127 ? "unexpected character " + c
                    : String.format("unexpected character U+%04X", (int) c);
        };
    }

    private void checkNesting() {
        int depth = 0;
        int signs = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '+' || c == '-') {
                signs++;
            } else if (c > ' ') {
                signs = 0;
            }
            if (c == '(') {
                depth++;
            } else if (c == ')') {
                depth--;
            }
            if (depth > Expression.MAX_DEPTH || signs > Expression.MAX_DEPTH) {
                throw refusal(i, "nested more than " + Expression.MAX_DEPTH + " deep");
            }
        }
    }
}
