package io.quipu.collector.catalog.recognition;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The text of a function with holes and alternatives. {@code $A} to {@code $D} stand for the name of a measure, {@code $K} to {@code $M}
 * for a number, the same name for the same one; words that begin with {@code _} for any named value; {@code ‹x¦y›} for either x or y.
 * Objects are written with their members in order. Immutable.
 */
final class Form {

    private final String text;
    private final List<Part> parts;

    private Form(String text, List<Part> parts) {
        this.text = text;
        this.parts = parts;
    }

    /** A form, written as an arrow function whose body is an expression, or a block without its curly brackets. */
    static Form of(String parameters, String body) {
        String[] names = parameters.split("\\s*,\\s*");
        Map<String, String> byName = new HashMap<>();
        for (int i = 0; i < names.length; i++) {
            byName.put(names[i], "#" + i);
        }
        List<String> tokens = new ArrayList<>();
        for (String token : body.replaceAll("([‹¦›{}(),:?!.*+/<>=&|-])", " $1 ").trim().split("\\s+")) {
            tokens.add(token);
        }
        return new Form(body, new Reader(joined(tokens), byName).alternative());
    }

    /** Puts the symbols together again that are made of several characters. */
    private static List<String> joined(List<String> tokens) {
        List<String> joined = new ArrayList<>();
        for (String token : tokens) {
            String last = joined.isEmpty() ? "" : joined.get(joined.size() - 1);
            boolean symbol = List.of("||", "&&", ">=", "<=").contains(last + token);
            if (symbol) {
                joined.set(joined.size() - 1, last + token);
            } else {
                joined.add(token);
            }
        }
        return joined;
    }

    /** What stands in the holes when a function has this form, by hole. */
    Optional<Map<String, String>> match(List<String> tokens) {
        Map<String, String> holes = new HashMap<>();
        return matches(Rest.of(parts, null), tokens, 0, holes) ? Optional.of(holes) : Optional.empty();
    }

    @Override
    public String toString() {
        return text;
    }

    private static boolean matches(Rest rest, List<String> tokens, int at, Map<String, String> holes) {
        if (rest == null) {
            return at == tokens.size();
        }
        if (rest.part() instanceof Choice choice) {
            for (List<Part> alternative : choice.alternatives()) {
                Map<String, String> tried = new HashMap<>(holes);
                if (matches(Rest.of(alternative, rest.next()), tokens, at, tried)) {
                    holes.putAll(tried);
                    return true;
                }
            }
            return false;
        }
        String word = ((Word) rest.part()).text();
        return at < tokens.size() && fits(word, tokens.get(at), holes) && matches(rest.next(), tokens, at + 1, holes);
    }

    private static boolean fits(String word, String token, Map<String, String> holes) {
        if (word.length() < 2 || word.charAt(0) != '$' && word.charAt(0) != '_') {
            return word.equals(token);
        }
        char first = token.charAt(0);
        boolean number = word.charAt(0) == '$' && word.charAt(1) >= 'K';
        boolean fits = word.charAt(0) == '_' ? first == '%'
                : number ? Character.isDigit(first) : Character.isLetter(first) || first == '_' || first == '$';
        String before = fits ? holes.putIfAbsent(word, token) : null;
        return fits && (before == null || before.equals(token));
    }

    private sealed interface Part {
    }

    private record Word(String text) implements Part {
    }

    private record Choice(List<List<Part>> alternatives) implements Part {
    }

    /** Parts that are still to be matched. */
    private record Rest(Part part, Rest next) {

        static Rest of(List<Part> parts, Rest next) {
            Rest rest = next;
            for (int i = parts.size() - 1; i >= 0; i--) {
                rest = new Rest(parts.get(i), rest);
            }
            return rest;
        }
    }

    private static final class Reader {

        private final List<String> tokens;
        private final Map<String, String> parameters;
        private int at;

        Reader(List<String> tokens, Map<String, String> parameters) {
            this.tokens = tokens;
            this.parameters = parameters;
        }

        List<Part> alternative() {
            List<Part> parts = new ArrayList<>();
            while (at < tokens.size() && !tokens.get(at).equals("¦") && !tokens.get(at).equals("›")) {
                String token = tokens.get(at);
                at++;
                boolean member = at > 1 && tokens.get(at - 2).equals(".");
                boolean key = at < tokens.size() && tokens.get(at).equals(":") && at > 1
                        && (tokens.get(at - 2).equals("{") || tokens.get(at - 2).equals(","));
                parts.add(token.equals("‹") ? choice()
                        : new Word(member || key ? token : parameters.getOrDefault(token, token)));
            }
            return parts;
        }

        private Choice choice() {
            List<List<Part>> alternatives = new ArrayList<>();
            do {
                alternatives.add(alternative());
            } while (tokens.get(at++).equals("¦"));
            return new Choice(alternatives);
        }
    }
}
