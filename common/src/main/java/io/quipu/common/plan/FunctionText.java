package io.quipu.common.plan;

import java.util.regex.Pattern;

/** Tells the text of a JavaScript function from the name of a built-in function and from an expression. */
public final class FunctionText {

    private static final Pattern FUNCTION = Pattern.compile("[\\s(]*+function\\b\\s*+[\\w$]*+\\s*+\\(");

    private FunctionText() {
    }

    /** Whether a text looks like an arrow function or a function expression, be it well formed or not; null does not. */
    public static boolean is(String text) {
        return text != null && (text.contains("=>") || FUNCTION.matcher(text).lookingAt());
    }
}
