package io.quipu.collector.intake;

import io.quipu.common.web.Problem;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Text as it comes from outside: decoded strictly, and made fit to be shown in an answer. */
final class Text {

    private static final char BYTE_ORDER_MARK = '\uFEFF';
    private static final char REPLACEMENT = '\uFFFD';

    private Text() {
    }

    /**
     * The characters of a body in UTF-8, without a byte order mark. Strict: an overlong or cut sequence would otherwise
     * make two different ids one.
     *
     * @throws Problem 400 {@code malformed}, with line and column, when it is not UTF-8
     */
    static CharBuffer decode(byte[] body) {
        ByteBuffer bytes = ByteBuffer.wrap(body);
        try {
            CharBuffer characters = StandardCharsets.UTF_8.newDecoder().decode(bytes);
            if (characters.hasRemaining() && characters.get(characters.position()) == BYTE_ORDER_MARK) {
                characters.get();
            }
            return characters;
        } catch (CharacterCodingException e) {
            String before = new String(body, 0, bytes.position(), StandardCharsets.UTF_8);
            int line = 1 + (int) before.chars().filter(c -> c == '\n').count();
            int column = before.length() - before.lastIndexOf('\n');
            throw malformed(line, column, "it is not UTF-8");
        }
    }

    /** The problem of a body that is not JSON. Line and column count from 1. */
    static Problem malformed(int line, int column, String reason) {
        return Problem.of(400, "malformed",
                "The body is not valid JSON at line " + line + ", column " + column + ": " + printable(reason, 500));
    }

    /** The text without what cannot be written as JSON or read by people, cut to a length. */
    static String printable(String text, int length) {
        StringBuilder printable = new StringBuilder(Math.min(text.length(), length) + 1);
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            int character = text.codePointAt(i);
            if (printable.length() >= length) {
                return printable.append('…').toString();
            }
            if (character == '\n') {
                printable.append(' ');
            } else if (unfit(character)) {
                printable.append(REPLACEMENT);
            } else {
                printable.appendCodePoint(character);
            }
        }
        return printable.toString();
    }

    /** Whether a text has a character that cannot stand in an id. */
    static boolean unfit(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            // beyond the surrogates a code point is no half of a pair
            if (Character.isISOControl(c) || Character.isSurrogate(c) && unfit(text.codePointAt(i))) {
                return true;
            }
            if (Character.isHighSurrogate(c)) {
                i++;
            }
        }
        return false;
    }

    /** Whether a character is a control character or one half of a surrogate pair: neither can stand in an id. */
    static boolean unfit(int character) {
        return Character.isISOControl(character)
                || character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE;
    }
}
