package io.quipu.acceptance;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a PromQL expression asks for: metrics with their matchers, and the labels that it groups by. Knows as much of the language as the
 * dashboard and the alerts use.
 *
 * @param selectors the metrics
 * @param groupings the labels of all {@code by (…)}
 */
record Query(List<Selector> selectors, Set<String> groupings) {

    private static final Pattern RANGE = Pattern.compile("\\[[^]]*]");
    private static final Pattern GROUPING = Pattern.compile("\\b(by|without|on|ignoring)\\s*\\(([^)]*)\\)");
    private static final Pattern SELECTOR = Pattern.compile("\\b([a-zA-Z_:][a-zA-Z0-9_:]*)\\b(?!\\s*\\()(?:\\{([^}]*)})?");
    private static final Pattern MATCHER = Pattern.compile("([a-zA-Z_]\\w*)\\s*(=~|!=|!~|=)\\s*\"([^\"]*)\"");
    private static final Set<String> WORDS = Set.of("and", "or", "unless", "bool", "offset", "by", "without", "on", "ignoring");

    /**
     * One metric.
     *
     * @param name as it is asked for: of a histogram with its suffix
     * @param matchers what its labels must be
     */
    record Selector(String name, List<Matching> matchers) {
    }

    /** One condition on a label. */
    record Matching(String label, String operator, String value) {
    }

    static Query of(String expression) {
        Set<String> groupings = new TreeSet<>();
        Matcher grouping = GROUPING.matcher(expression);
        while (grouping.find()) {
            for (String label : grouping.group(2).split(",")) {
                groupings.add(label.trim());
            }
        }
        String rest = RANGE.matcher(GROUPING.matcher(expression).replaceAll(" ")).replaceAll(" ");
        List<Selector> selectors = new ArrayList<>();
        Matcher selector = SELECTOR.matcher(rest);
        while (selector.find()) {
            if (WORDS.contains(selector.group(1))) {
                continue;
            }
            List<Matching> matchers = new ArrayList<>();
            Matcher matcher = MATCHER.matcher(selector.group(2) == null ? "" : selector.group(2));
            while (matcher.find()) {
                matchers.add(new Matching(matcher.group(1), matcher.group(2), matcher.group(3)));
            }
            selectors.add(new Selector(selector.group(1), matchers));
        }
        return new Query(selectors, groupings);
    }
}
