package io.quipu.common.formula;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Splits the text of a formula into tokens and pairs its brackets; whatever the language is not written in is refused here. For one
 * text.
 */
final class Scanner {

    /** What JavaScript has and the language has not, with the reason; longer ones before those that they begin with. */
    private static final String[][] REFUSED = {
        {"...", "... (spread, rest) is not part of the language"},
        {"++", "++ is not part of the language"},
        {"--", "-- is not part of the language"},
        {"**", "** (power) is not part of the language; multiply, or write the number out"},
        {"+=", Words.ASSIGNMENT}, {"-=", Words.ASSIGNMENT}, {"*=", Words.ASSIGNMENT},
        {"/=", Words.ASSIGNMENT}, {"%=", Words.ASSIGNMENT}, {"&&=", Words.ASSIGNMENT}, {"||=", Words.ASSIGNMENT},
        {"<<", "<< (bits) is not part of the language"},
        {">>", ">> (bits) is not part of the language"},
        {"??", "?? is not part of the language; use || or a condition"},
        {"^", "^ is not a power in this language (in JavaScript it is an exclusive or of bits); multiply, or write"
            + " the number out, such as 1073741824"},
        {"~", "~ (bits) is not part of the language"},
        {"[", "an array or an index is not part of the language: ["},
        {"]", "an array or an index is not part of the language: ]"},
        {"`", "a template is not part of the language"},
        {"\\", "an escape is not part of the language: \\"}};

    /** Longer ones before those that they begin with. */
    private static final String[] SYMBOLS = {"===", "!==", "=>", "==", "!=", "<=", ">=", "&&", "||",
        "(", ")", "{", "}", ",", ".", ";", ":", "?", "=", "<", ">", "+", "-", "*", "/", "%", "!"};

    private final String text;
    private final List<Token> tokens = new ArrayList<>();
    private final Deque<Integer> open = new ArrayDeque<>();
    private final List<Integer> closing = new ArrayList<>();
    private int at;
    private boolean lineEnded;

    Scanner(String text) {
        this.text = text;
    }

    /**
     * The tokens.
     *
     * @throws FormulaException at the first thing that is none, or at a bracket without its other half
     */
    Tokens scan() {
        for (skipSpace(); at < text.length(); skipSpace()) {
            scanToken();
        }
        if (!open.isEmpty()) {
            Token bracket = tokens.get(open.peek());
            throw refusal(bracket.offset(), bracket.text() + " is never closed");
        }
        add(Token.Kind.END, "", at);
        return new Tokens(text, tokens, closing);
    }

    private void skipSpace() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '\n' || c == '\r') {
                lineEnded = true;
                at++;
            } else if (c == ' ' || c == '\t') {
                at++;
            } else if (text.startsWith("//", at)) {
                skipComment(nextLineEnd());
            } else if (text.startsWith("/*", at)) {
                int end = text.indexOf("*/", at + 2);
                if (end < 0) {
                    throw refusal(at, "this comment never ends");
                }
                skipComment(end + 2);
            } else {
                return;
            }
        }
    }

    private int nextLineEnd() {
        int end = at;
        while (end < text.length() && text.charAt(end) != '\n' && text.charAt(end) != '\r') {
            end++;
        }
        return end;
    }

    private void skipComment(int end) {
        for (; at < end; at++) {
            char c = text.charAt(at);
            if (c == '\u2028' || c == '\u2029') {
                // these end a line in JavaScript, but not for the eye
                throw refusal(at, Words.unexpected(c));
            }
            lineEnded |= c == '\n' || c == '\r';
        }
    }

    private void scanToken() {
        char c = text.charAt(at);
        boolean point = c == '.' && at + 1 < text.length() && Words.isDigit(text.charAt(at + 1));
        if (Words.isDigit(c) || point) {
            WrittenNumber written = WrittenNumber.at(text, at);
            tokens.add(new Token(Token.Kind.NUMBER, text.substring(at, written.end()), written.number(), at, lineEnded));
            closing.add(-1);
            lineEnded = false;
            at = written.end();
        } else if (Words.isLetter(c)) {
            int end = at + 1;
            while (end < text.length() && (Words.isLetter(text.charAt(end)) || Words.isDigit(text.charAt(end)))) {
                end++;
            }
            add(Token.Kind.WORD, text.substring(at, end), at);
            at = end;
        } else if (c == '"' || c == '\'') {
            int end = endOfQuoted(c);
            add(Token.Kind.QUOTED, text.substring(at + 1, end), at);
            at = end + 1;
        } else {
            scanSymbol();
        }
    }

    private int endOfQuoted(char quote) {
        int end = at + 1;
        while (end < text.length() && text.charAt(end) != quote) {
            char c = text.charAt(end);
            if (c == '\\' || c < ' ' || c >= 127 && !Words.isLetter(c)) {
                throw refusal(end, Words.unexpected(c));
            }
            end++;
        }
        if (end == text.length()) {
            throw refusal(at, "this quoted name never ends");
        }
        return end;
    }

    private void scanSymbol() {
        boolean condition = text.startsWith("?.", at) && at + 2 < text.length() && Words.isDigit(text.charAt(at + 2));
        if (text.startsWith("?.", at) && !condition) {
            throw refusal(at, "?. is not part of the language");
        }
        for (String[] refused : REFUSED) {
            if (text.startsWith(refused[0], at)) {
                throw refusal(at, refused[1]);
            }
        }
        for (String symbol : SYMBOLS) {
            if (text.startsWith(symbol, at)) {
                pair(symbol);
                add(Token.Kind.SYMBOL, symbol, at);
                at += symbol.length();
                return;
            }
        }
        throw refusal(at, Words.unexpected(text.charAt(at)));
    }

    private void pair(String symbol) {
        if (symbol.equals("(") || symbol.equals("{")) {
            open.push(tokens.size());
        } else if (symbol.equals(")") || symbol.equals("}")) {
            String opening = symbol.equals(")") ? "(" : "{";
            if (open.isEmpty() || !tokens.get(open.peek()).text().equals(opening)) {
                throw refusal(at, symbol + " closes nothing");
            }
            closing.set(open.pop(), tokens.size());
        }
    }

    private void add(Token.Kind kind, String written, int offset) {
        tokens.add(new Token(kind, written, null, offset, lineEnded));
        closing.add(-1);
        lineEnded = false;
    }

    private FormulaException refusal(int offset, String reason) {
        return FormulaException.at(text, offset, reason);
    }
}
