package io.quipu.common.formula;

import java.util.List;

/** The tokens of a text, read one after the other; a place can be returned to. For one compilation. */
final class Tokens {

    private final String text;
    private final List<Token> tokens;
    private final List<Integer> closing;
    private int next;

    /**
     * At the first token.
     *
     * @param text what they are of
     * @param tokens the tokens, the last one of kind END
     * @param closing for each token that is a bracket and opens, the index of that which closes it
     */
    Tokens(String text, List<Token> tokens, List<Integer> closing) {
        this.text = text;
        this.tokens = tokens;
        this.closing = closing;
    }

    /** The next token, which stays the next one. */
    Token peek() {
        return tokens.get(next);
    }

    /** The next token, and goes past it, unless it is the end. */
    Token take() {
        Token token = peek();
        if (token.kind() != Token.Kind.END) {
            next++;
        }
        return token;
    }

    /** Whether the next token is that symbol or word; goes past it when it is. */
    boolean take(String expected) {
        boolean found = peek().is(expected);
        if (found) {
            next++;
        }
        return found;
    }

    /** The next token, which must be a word; goes past it. */
    Token word() {
        Token word = take();
        if (word.kind() != Token.Kind.WORD) {
            throw unexpected(word);
        }
        return word;
    }

    /** Goes past that symbol or word, which must be next. */
    void expect(String expected) {
        Token token = peek();
        if (!take(expected)) {
            throw refusal(token, Words.unexpected(token) + ": here should be " + expected);
        }
    }

    /** Whether a function begins here. */
    boolean atFunction() {
        Token token = peek();
        if (token.is("(")) {
            return tokens.get(closing.get(next) + 1).is("=>");
        }
        return token.is("function") || token.kind() == Token.Kind.WORD && tokens.get(next + 1).is("=>");
    }

    /** Where the next token is. */
    int position() {
        return next;
    }

    /** Goes to where {@link #position} was. */
    void goTo(int position) {
        next = position;
    }

    Place place(Token token) {
        return Place.of(text, token.offset());
    }

    FormulaException refusal(Token token, String reason) {
        return FormulaException.at(text, token.offset(), reason);
    }

    FormulaException unexpected(Token token) {
        return refusal(token, Words.unexpected(token));
    }
}
