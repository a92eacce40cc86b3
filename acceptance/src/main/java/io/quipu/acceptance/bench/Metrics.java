package io.quipu.acceptance.bench;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;

/**
 * What a service says about itself, in Prometheus's text format; a metric with labels is the sum over them.
 *
 * @param values by name
 */
record Metrics(Map<String, BigDecimal> values) {

    static Metrics of(String text) {
        Map<String, BigDecimal> values = new HashMap<>();
        text.lines().filter(line -> !line.isEmpty() && line.charAt(0) != '#').forEach(line -> {
            int labels = line.indexOf('{');
            String name = line.substring(0, labels < 0 ? line.indexOf(' ') : labels);
            String value = line.substring(line.lastIndexOf(' ') + 1);
            if (!value.equals("NaN") && !value.endsWith("Inf")) {
                values.merge(name, new BigDecimal(value), BigDecimal::add);
            }
        });
        return new Metrics(Map.copyOf(values));
    }

    /** The value of a metric; 0 of one that is not there, since a counter may appear with its first count. */
    BigDecimal value(String name) {
        return values.getOrDefault(name, BigDecimal.ZERO);
    }

    /** How much a metric has grown since. */
    BigDecimal since(Metrics before, String name) {
        return value(name).subtract(before.value(name));
    }
}
