package io.quipu.common.formula;

import java.util.Set;

/** Which words mean something in JavaScript, and what is said of what is not part of the language. */
final class Words {

    static final String ASSIGNMENT = "an assignment is not part of the language; give each name its value once, by const";

    /** Words of JavaScript that begin or join what the language has not. */
    private static final Set<String> FOREIGN = Set.of("arguments", "async", "await", "break", "case", "catch", "class", "continue",
            "debugger", "default", "delete", "do", "enum", "eval", "export", "extends", "finally", "for", "implements", "import",
            "in", "instanceof", "interface", "package", "private", "protected", "public", "static", "super", "switch", "this",
            "throw", "try", "typeof", "void", "while", "with", "yield");

    /** Words that the language gives a meaning, so that no value may have them as its name. */
    private static final Set<String> OWN = Set.of("const", "let", "var", "if", "else", "return", "function", "new", "true", "false",
            "null", "undefined", "NaN", "Infinity", "Math", "BigNumber");

    /** Members that every object of JavaScript has by its prototype. */
    private static final Set<String> INHERITED = Set.of("constructor", "prototype", "toString", "toLocaleString", "valueOf",
            "hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable");

    private Words() {
    }

    /** Whether a value may not have this name. */
    static boolean reserved(String word) {
        return FOREIGN.contains(word) || OWN.contains(word);
    }

    /** Whether no member may be read or made by this name: objects here have no prototype. */
    static boolean inherited(String member) {
        return INHERITED.contains(member) || member.startsWith("__");
    }

    /** What is wrong with a token that stands where none of its kind may. */
    static String unexpected(Token token) {
        if (token.kind() == Token.Kind.END) {
            return "the formula ends too early";
        }
        if (token.kind() == Token.Kind.QUOTED) {
            return "a text is not part of the language, but for the name of a member of an object";
        }
        if (token.kind() == Token.Kind.WORD && FOREIGN.contains(token.text())) {
            return token.text() + " is not part of the language";
        }
        return switch (token.text()) {
            case "=" -> ASSIGNMENT;
            case "=>", "function" -> "a function may only be the whole formula, or named by const";
            case "," -> ", is not part of the language here";
            default -> "unexpected " + token.text();
        };
    }

    /** What is wrong with a character that the language is not written in. */
    static String unexpected(char c) {
        return c > ' ' && c < 127 ? "unexpected character " + c : String.format("unexpected character U+%04X", (int) c);
    }

    static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    static boolean isLetter(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == '$' || c > 127 && Character.isLetter(c);
    }
}
