package io.quipu.collector.catalog.recognition;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text of a function as tokens, in one style: without spaces, comments, semicolons, and brackets around the whole; an expression where
 * it is a block that returns one; parameters are {@code #0}, {@code #1}… in their order and named values {@code %0}, {@code %1}… in
 * theirs; members of objects are sorted by name. Only for texts that the formula language accepts: so the meaning is the same.
 */
final class FunctionTokens {

    private static final Pattern TOKEN = Pattern.compile("(?<space>\\s+|//[^\\n\\r]*|/\\*.*?\\*/)"
            + "|(?<word>[\\p{L}_$][\\p{L}\\p{Nd}_$]*)|(?<number>(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
            + "|(?<quoted>'[^']*'|\"[^\"]*\")|=>|===|!==|==|!=|<=|>=|&&|\\|\\||.", Pattern.DOTALL);

    private static final Pattern WORD = Pattern.compile("[\\p{L}_$][\\p{L}\\p{Nd}_$]*");

    /** Methods of BigNumber that have several names. */
    private static final Map<String, String> SYNONYMS = Map.of("plus", "add", "minus", "sub", "times", "mul",
            "dividedBy", "div", "negated", "neg");

    /** Stands for the end of a line behind {@code return}, which ends the statement in JavaScript. */
    private static final String CUT = "\n";

    private final List<String> tokens;

    private FunctionTokens(List<String> tokens) {
        this.tokens = tokens;
    }

    /** The tokens of what a function does; empty when the text is none, or has parameters that are not plain names. */
    static Optional<List<String>> of(String text) {
        FunctionTokens function = new FunctionTokens(scan(text));
        function.strip();
        return function.body();
    }

    private static List<String> scan(String text) {
        List<String> tokens = new ArrayList<>();
        Matcher matcher = TOKEN.matcher(text);
        while (matcher.find()) {
            String token = matcher.group();
            if (matcher.group("space") != null) {
                boolean line = token.indexOf('\n') >= 0 || token.indexOf('\r') >= 0;
                if (line && !tokens.isEmpty() && tokens.get(tokens.size() - 1).equals("return")) {
                    tokens.add(CUT);
                }
            } else if (matcher.group("number") != null) {
                tokens.add(new BigDecimal(token).stripTrailingZeros().toPlainString());
            } else if (token.equals("let") || token.equals("var")) {
                tokens.add("const");
            } else if (SYNONYMS.containsKey(token) && !tokens.isEmpty() && tokens.get(tokens.size() - 1).equals(".")) {
                tokens.add(SYNONYMS.get(token));
            } else if (!token.equals(";")) {
                tokens.add(token);
            }
        }
        return tokens;
    }

    /** Takes off the brackets around all tokens. */
    private void strip() {
        while (tokens.size() > 1 && tokens.get(0).equals("(") && closing(0) == tokens.size() - 1) {
            tokens.remove(tokens.size() - 1);
            tokens.remove(0);
        }
    }

    /** The index of the bracket that closes the one at an index; -1 when there is none. */
    private int closing(int opening) {
        int depth = 0;
        for (int i = opening; i < tokens.size(); i++) {
            switch (tokens.get(i)) {
                case "(", "{" -> depth++;
                case ")", "}" -> depth--;
                default -> { }
            }
            if (depth == 0) {
                return i;
            }
        }
        return -1;
    }

    private Optional<List<String>> body() {
        Map<String, String> names = new HashMap<>();
        int at = parameters(names);
        if (at < 0 || at >= tokens.size()) {
            return Optional.empty();
        }
        FunctionTokens body = new FunctionTokens(new ArrayList<>(tokens.subList(at, tokens.size())));
        if (body.tokens.get(0).equals("{")) {
            if (body.closing(0) != body.tokens.size() - 1) {
                return Optional.empty();
            }
            body.unwrap();
        }
        body.strip();
        return Optional.of(sorted(body.renamed(names)));
    }

    /** Reads the parameters; the index of the body, or -1 when they are not plain names. */
    private int parameters(Map<String, String> names) {
        if (tokens.size() > 1 && WORD.matcher(tokens.get(0)).matches() && tokens.get(1).equals("=>")) {
            names.put(tokens.get(0), "#0");
            return 2;
        }
        boolean function = !tokens.isEmpty() && tokens.get(0).equals("function");
        int opening = function ? tokens.indexOf("(") : 0;
        int closing = opening >= 0 && opening < tokens.size() ? closing(opening) : -1;
        if (closing < 0 || !function && !(closing + 1 < tokens.size() && tokens.get(closing + 1).equals("=>"))) {
            return -1;
        }
        for (int i = opening + 1; i < closing; i += 2) {
            boolean last = i + 1 == closing;
            if (!WORD.matcher(tokens.get(i)).matches() || !last && !tokens.get(i + 1).equals(",")) {
                return -1;
            }
            names.put(tokens.get(i), "#" + names.size());
        }
        return closing + (function ? 1 : 2);
    }

    /** A block that only returns becomes what it returns; the brackets of any other block are left out. */
    private void unwrap() {
        tokens.remove(tokens.size() - 1);
        tokens.remove(0);
        if (!tokens.isEmpty() && tokens.get(0).equals("return") && tokens.lastIndexOf("return") == 0) {
            tokens.remove(0);
        }
    }

    /** Members keep their names, also those that are written once for name and value. */
    private List<String> renamed(Map<String, String> names) {
        int locals = 0;
        for (int i = 0; i + 1 < tokens.size(); i++) {
            if (tokens.get(i).equals("const")) {
                names.put(tokens.get(i + 1), "%" + locals++);
            }
        }
        List<String> renamed = new ArrayList<>();
        List<String> brackets = new ArrayList<>();
        for (int i = 0; i < tokens.size(); i++) {
            String token = tokens.get(i);
            String before = i == 0 ? "" : tokens.get(i - 1);
            String after = i + 1 == tokens.size() ? "" : tokens.get(i + 1);
            boolean first = !brackets.isEmpty() && brackets.get(brackets.size() - 1).equals("{")
                    && (before.equals("{") || before.equals(","));
            if (token.equals("(") || token.equals("{")) {
                brackets.add(token);
            } else if ((token.equals(")") || token.equals("}")) && !brackets.isEmpty()) {
                brackets.remove(brackets.size() - 1);
            }
            if (before.equals(".")) {
                renamed.add(token);
            } else if (first && after.equals(":")) {
                renamed.add(token.startsWith("'") || token.startsWith("\"") ? token.substring(1, token.length() - 1) : token);
            } else if (first && (after.equals(",") || after.equals("}")) && WORD.matcher(token).matches()) {
                renamed.addAll(List.of(token, ":", names.getOrDefault(token, token)));
            } else {
                renamed.add(names.getOrDefault(token, token));
            }
        }
        return renamed;
    }

    private static List<String> sorted(List<String> tokens) {
        List<String> sorted = new ArrayList<>();
        for (int i = 0; i < tokens.size(); i++) {
            boolean object = tokens.get(i).equals("{") && i + 2 < tokens.size() && tokens.get(i + 2).equals(":");
            int closing = object ? new FunctionTokens(tokens).closing(i) : -1;
            if (closing < 0) {
                sorted.add(tokens.get(i));
            } else {
                sorted.addAll(object(tokens.subList(i + 1, closing)));
                i = closing;
            }
        }
        return sorted;
    }

    /** An object of members {@code name : tokens} with commas between them. */
    private static List<String> object(List<String> members) {
        SortedMap<String, List<String>> byName = new TreeMap<>();
        int from = 0;
        int depth = 0;
        for (int i = 0; i <= members.size(); i++) {
            String token = i == members.size() ? "," : members.get(i);
            if (token.equals(",") && depth == 0) {
                if (i > from) {
                    byName.put(members.get(from), sorted(members.subList(from, i)));
                }
                from = i + 1;
            }
            depth += token.equals("(") || token.equals("{") ? 1 : token.equals(")") || token.equals("}") ? -1 : 0;
        }
        List<String> object = new ArrayList<>(List.of("{"));
        byName.values().forEach(member -> {
            object.addAll(object.size() == 1 ? List.of() : List.of(","));
            object.addAll(member);
        });
        object.add("}");
        return object;
    }
}
