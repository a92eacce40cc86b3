package io.quipu.common.trace;

/** Ids in lower-case hexadecimal digits. */
final class Hex {

    private Hex() {
    }

    /** Whether a text is an id of that many digits: not all of them zero. */
    static boolean id(String text, int length) {
        return text.length() == length && digits(text, 0, length) && !zero(text, 0, length);
    }

    static boolean digits(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            char digit = text.charAt(i);
            if (!(digit >= '0' && digit <= '9' || digit >= 'a' && digit <= 'f')) {
                return false;
            }
        }
        return true;
    }

    static boolean zero(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (text.charAt(i) != '0') {
                return false;
            }
        }
        return true;
    }
}
