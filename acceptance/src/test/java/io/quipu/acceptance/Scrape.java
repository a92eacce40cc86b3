package io.quipu.acceptance;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a service answers at {@code /actuator/prometheus}, taken apart. */
final class Scrape {

    private static final Pattern TYPE = Pattern.compile("# TYPE (\\S+) (\\S+)");
    private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? (\\S+)");
    private static final Pattern LABEL = Pattern.compile("([a-zA-Z_]\\w*)=\"((?:[^\"\\\\]|\\\\.)*)\"");

    private final Map<String, String> types = new TreeMap<>();
    private final List<Sample> samples = new ArrayList<>();

    /** One line. */
    record Sample(String name, Map<String, String> labels, String value) {
        boolean nonzero() {
            return new BigDecimal(value).signum() != 0;
        }
    }

    Scrape(String text) {
        for (String line : text.lines().toList()) {
            Matcher type = TYPE.matcher(line);
            if (type.matches()) {
                types.put(type.group(1), type.group(2));
            } else if (!line.startsWith("#") && !line.isBlank()) {
                Matcher sample = SAMPLE.matcher(line);
                if (!sample.matches()) {
                    throw new AssertionError("no sample: " + line);
                }
                samples.add(new Sample(sample.group(1), labels(sample.group(2)), sample.group(3)));
            }
        }
    }

    private static Map<String, String> labels(String text) {
        Map<String, String> labels = new LinkedHashMap<>();
        Matcher label = LABEL.matcher(text == null ? "" : text);
        while (label.find()) {
            labels.put(label.group(1), label.group(2));
        }
        return labels;
    }

    /** The type of each metric of Quipu's own; the gauge of the maximum belongs to its histogram. */
    Map<String, String> ours() {
        Map<String, String> ours = new TreeMap<>();
        types.forEach((name, type) -> {
            boolean maximum = name.endsWith("_max") && "histogram".equals(types.get(name.substring(0, name.length() - 4)));
            if (name.startsWith("quipu_") && !maximum) {
                ours.put(name, type);
            }
        });
        return ours;
    }

    /** The samples of a metric: of a histogram its counts. */
    List<Sample> of(String metric) {
        String name = "histogram".equals(types.get(metric)) ? metric + "_count" : metric;
        return samples.stream().filter(sample -> sample.name().equals(name)).toList();
    }

    /** Every name that a query may use, with the labels that its samples have. */
    Map<String, Set<String>> labels() {
        Map<String, Set<String>> labels = new TreeMap<>();
        samples.forEach(sample -> labels.computeIfAbsent(sample.name(), name -> new TreeSet<>()).addAll(sample.labels().keySet()));
        return labels;
    }

    /** The values of a label of a name that a query may use. */
    Set<String> values(String name, String label) {
        Set<String> values = new TreeSet<>();
        samples.stream().filter(sample -> sample.name().equals(name) && sample.labels().containsKey(label))
                .forEach(sample -> values.add(sample.labels().get(label)));
        return values;
    }
}
