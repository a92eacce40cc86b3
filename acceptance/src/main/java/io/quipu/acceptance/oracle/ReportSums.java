package io.quipu.acceptance.oracle;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * Recounts a report from its leaves: every total must equal the sum of its children to the last digit. Reads nothing but
 * the JSON and shares no code with what made it.
 */
public final class ReportSums {

    private static final int DIMENSIONS = 5;
    private static final int HOURS = 2;
    private static final int DAYS = 3;
    private static final int MONTHS = 4;

    private final List<String> differences = new ArrayList<>();

    private ReportSums() {
    }

    /** All differences between a total and the sum of its children, as sentences; empty when the report adds up. */
    public static List<String> differences(JsonNode report) {
        ReportSums sums = new ReportSums();
        sums.level("organization", report);
        if (report.has("spaces")) {
            List<Map<String, BigDecimal>> spaces = new ArrayList<>();
            report.get("spaces").forEach(space -> spaces.add(sums.space(space)));
            if (!spaces.isEmpty()) {
                sums.compare("organization against its spaces", leaves(report), sum(spaces));
            }
        }
        return List.copyOf(sums.differences);
    }

    private Map<String, BigDecimal> space(JsonNode space) {
        String name = "space " + text(space, "space_id");
        level(name, space);
        if (space.has("consumers") && !space.get("consumers").isEmpty()) {
            List<Map<String, BigDecimal>> consumers = new ArrayList<>();
            space.get("consumers").forEach(consumer -> {
                level(name + " consumer " + text(consumer, "consumer_id"), consumer);
                consumers.add(leaves(consumer));
            });
            compare(name + " against its consumers", leaves(space), sum(consumers));
        }
        return leaves(space);
    }

    /** One level by itself: plans from metrics, resources from plans, the level from its resources. */
    private void level(String name, JsonNode level) {
        Map<String, BigDecimal> resources = new TreeMap<>();
        for (JsonNode resource : level.path("resources")) {
            String resourceName = name + " resource " + text(resource, "resource_id");
            Map<String, BigDecimal> plans = new TreeMap<>();
            Map<String, BigDecimal> metrics = new TreeMap<>();
            for (JsonNode plan : resource.path("plans")) {
                Map<String, BigDecimal> charges = new TreeMap<>();
                for (JsonNode usage : plan.path("aggregated_usage")) {
                    slots(usage, "charge", charges, "");
                    slots(usage, "charge", metrics, text(usage, "metric") + " charge ");
                    slots(usage, "quantity", metrics, text(usage, "metric") + " quantity ");
                    slots(usage, "summary", metrics, text(usage, "metric") + " summary ");
                }
                Map<String, BigDecimal> stated = new TreeMap<>();
                slots(plan, "charge", stated, "");
                compare(resourceName + " plan " + text(plan, "plan_id") + " against its metrics", stated, charges);
                merge(plans, stated);
            }
            Map<String, BigDecimal> totals = new TreeMap<>();
            for (JsonNode usage : resource.path("aggregated_usage")) {
                for (String member : List.of("charge", "quantity", "summary")) {
                    slots(usage, member, totals, text(usage, "metric") + " " + member + " ");
                }
            }
            compare(resourceName + " totals against its plans", totals, metrics);
            Map<String, BigDecimal> stated = new TreeMap<>();
            slots(resource, "charge", stated, "");
            compare(resourceName + " against its plans", stated, plans);
            merge(resources, stated);
        }
        Map<String, BigDecimal> stated = new TreeMap<>();
        slots(level, "charge", stated, "");
        compare(name + " against its resources", stated, resources);
    }

    /** The figures of a level's metrics of days and months; hours are kept at the organization only. */
    private static Map<String, BigDecimal> leaves(JsonNode level) {
        Map<String, BigDecimal> leaves = new TreeMap<>();
        for (JsonNode resource : level.path("resources")) {
            for (JsonNode plan : resource.path("plans")) {
                for (JsonNode usage : plan.path("aggregated_usage")) {
                    String path = text(resource, "resource_id") + " " + text(plan, "plan_id") + " "
                            + text(usage, "metric") + " ";
                    for (String member : List.of("quantity", "summary", "cost", "charge")) {
                        slots(usage, member, leaves, path + member + " ");
                    }
                }
            }
        }
        leaves.keySet().removeIf(path -> path.contains("[" + HOURS + "]["));
        return leaves;
    }

    private static void slots(JsonNode node, String member, Map<String, BigDecimal> sums, String prefix) {
        JsonNode windows = node.path("windows");
        for (int dimension = 0; dimension < DIMENSIONS; dimension++) {
            JsonNode slots = windows.path(dimension);
            for (int slot = 0; slot < slots.size(); slot++) {
                JsonNode value = slots.get(slot).path(member);
                if (value.isNumber() && (dimension == HOURS || dimension == DAYS || dimension == MONTHS)) {
                    sums.merge(prefix + "[" + dimension + "][" + slot + "]", value.decimalValue(), BigDecimal::add);
                }
            }
        }
    }

    private static Map<String, BigDecimal> sum(List<Map<String, BigDecimal>> parts) {
        Map<String, BigDecimal> sum = new TreeMap<>();
        parts.forEach(part -> merge(sum, part));
        return sum;
    }

    private static void merge(Map<String, BigDecimal> sum, Map<String, BigDecimal> part) {
        part.forEach((path, value) -> sum.merge(path, value, BigDecimal::add));
    }

    private void compare(String what, Map<String, BigDecimal> stated, Map<String, BigDecimal> children) {
        TreeMap<String, BigDecimal> all = new TreeMap<>(children);
        all.putAll(stated);
        all.keySet().forEach(path -> {
            BigDecimal total = stated.getOrDefault(path, BigDecimal.ZERO);
            BigDecimal sum = children.getOrDefault(path, BigDecimal.ZERO);
            if (total.compareTo(sum) != 0) {
                differences.add(what + ", " + path + ": " + total.toPlainString() + ", but the sum is "
                        + sum.toPlainString());
            }
        });
    }

    private static String text(JsonNode node, String member) {
        return node.path(member).isString() ? node.get(member).stringValue() : "?";
    }
}
