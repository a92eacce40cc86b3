package io.quipu.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * Checks that a report adds up, to the last digit: metrics to plans, plans to resources, resources to what uses them,
 * consumers to spaces, spaces to the organization. Works on the JSON and shares no code with what made it.
 */
public final class ReportSums {

    private ReportSums() {
    }

    public static void check(JsonNode report) {
        scope(report, "organization");
        List<JsonNode> spaces = list(report.get("spaces"));
        for (JsonNode space : spaces) {
            String name = space.get("space_id").stringValue();
            scope(space, name);
            if (space.has("consumers")) {
                for (JsonNode consumer : space.get("consumers")) {
                    scope(consumer, name + "/" + consumer.get("consumer_id").stringValue());
                    consumer.get("resources").forEach(resource -> resource.get("plans").forEach(plan -> instances(plan,
                            name + "/" + consumer.get("consumer_id").stringValue())));
                }
                assertThat(daysAndMonths(List.of(space))).as("space %s = sum of its consumers", name)
                        .isEqualTo(daysAndMonths(list(space.get("consumers"))));
            }
        }
        if (!spaces.isEmpty()) {
            assertThat(daysAndMonths(List.of(report))).as("organization = sum of its spaces")
                    .isEqualTo(daysAndMonths(spaces));
        }
    }

    /** What instances show of levels adds up to what their consumer shows. */
    private static void instances(JsonNode plan, String name) {
        if (!plan.has("resource_instances")) {
            return;
        }
        Map<String, BigDecimal> own = new TreeMap<>();
        addLevels(own, plan, BigDecimal.ONE);
        plan.get("resource_instances").forEach(instance -> addLevels(own, instance, BigDecimal.ONE.negate()));
        assertThat(own.values()).as("levels of %s less those of its instances: %s", name, own)
                .allSatisfy(difference -> assertThat(difference).isEqualByComparingTo("0"));
    }

    private static void addLevels(Map<String, BigDecimal> sums, JsonNode parent, BigDecimal sign) {
        for (JsonNode metric : parent.get("aggregated_usage")) {
            for (int unit = 3; unit <= 4; unit++) {
                JsonNode slots = metric.get("windows").get(unit);
                for (int slot = 0; slot < slots.size(); slot++) {
                    if (slots.get(slot).path("quantity").isObject()) {
                        String key = metric.get("metric").stringValue() + " " + unit + " " + slot;
                        for (String member : List.of("consumed", "consuming")) {
                            sums.merge(key + " " + member,
                                    slots.get(slot).get("quantity").get(member).decimalValue().multiply(sign), BigDecimal::add);
                        }
                        sums.merge(key + " summary", slots.get(slot).get("summary").decimalValue().multiply(sign), BigDecimal::add);
                    }
                }
            }
        }
    }

    private static List<JsonNode> list(JsonNode array) {
        List<JsonNode> elements = new ArrayList<>();
        array.forEach(elements::add);
        return elements;
    }

    /** Every number of plans, days and months only, added up over some scopes; zeros left out. */
    private static Map<String, String> daysAndMonths(List<JsonNode> scopes) {
        Map<String, BigDecimal> sums = new TreeMap<>();
        for (JsonNode scope : scopes) {
            for (JsonNode resource : scope.get("resources")) {
                for (JsonNode plan : resource.get("plans")) {
                    for (JsonNode metric : plan.get("aggregated_usage")) {
                        for (int unit = 3; unit <= 4; unit++) {
                            JsonNode slots = metric.get("windows").get(unit);
                            for (int slot = 0; slot < slots.size(); slot++) {
                                for (String member : List.of("quantity", "summary", "cost", "charge")) {
                                    if (!slots.get(slot).isNull()) {
                                        add(sums, resource.get("resource_id") + " " + plan.get("plan_id") + " "
                                                + metric.get("metric") + " " + unit + " " + slot + " " + member,
                                                slots.get(slot).get(member));
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
        Map<String, String> texts = new TreeMap<>();
        sums.forEach((key, sum) -> {
            if (sum.signum() != 0) {
                texts.put(key, sum.stripTrailingZeros().toPlainString());
            }
        });
        return texts;
    }

    /** A number, or those of a level but its average, a quotient of each scope's own. */
    private static void add(Map<String, BigDecimal> sums, String key, JsonNode value) {
        if (value.isObject()) {
            value.propertyStream().filter(member -> !member.getKey().equals("average")).forEach(member -> add(sums, key + " " + member.getKey(), member.getValue()));
        } else {
            sums.merge(key, value.decimalValue(), BigDecimal::add);
        }
    }

    /** A level counts nothing above its plan. */
    private static BigDecimal number(JsonNode value) {
        return value.isObject() ? BigDecimal.ZERO : value.decimalValue();
    }

    private static void scope(JsonNode scope, String name) {
        List<JsonNode> resources = list(scope.get("resources"));
        for (JsonNode resource : resources) {
            List<JsonNode> plans = list(resource.get("plans"));
            for (JsonNode plan : plans) {
                assertThat(list(plan.get("aggregated_usage"))).isNotEmpty();
                sum(plan.get("windows"), windows(list(plan.get("aggregated_usage"))), "charge", name + " plan");
            }
            sum(resource.get("windows"), windows(plans), "charge", name + " resource");
            for (JsonNode total : resource.get("aggregated_usage")) {
                List<JsonNode> parts = new ArrayList<>();
                plans.forEach(plan -> plan.get("aggregated_usage").forEach(metric -> {
                    if (metric.get("metric").equals(total.get("metric"))) {
                        parts.add(metric.get("windows"));
                    }
                }));
                for (String member : List.of("quantity", "summary", "charge")) {
                    sum(total.get("windows"), parts, member, name + " " + total.get("metric"));
                }
            }
        }
        if (!resources.isEmpty()) {
            sum(scope.get("windows"), windows(resources), "charge", name);
        }
    }

    private static List<JsonNode> windows(List<JsonNode> nodes) {
        return nodes.stream().map(node -> node.get("windows")).toList();
    }

    private static void sum(JsonNode total, List<JsonNode> parts, String member, String name) {
        assertThat(total.size()).as("dimensions of %s", name).isEqualTo(5);
        for (int unit = 0; unit < 5; unit++) {
            for (int slot = 0; slot < total.get(unit).size(); slot++) {
                BigDecimal sum = null;
                for (JsonNode part : parts) {
                    assertThat(part.get(unit).size()).as("slots of %s", name).isEqualTo(total.get(unit).size());
                    JsonNode value = part.get(unit).get(slot);
                    if (!value.isNull()) {
                        sum = (sum == null ? BigDecimal.ZERO : sum).add(number(value.get(member)));
                    }
                }
                JsonNode shown = total.get(unit).get(slot);
                String where = name + " " + member + " [" + unit + "][" + slot + "]";
                if (sum == null) {
                    assertThat(shown.isNull()).as(where).isTrue();
                } else {
                    assertThat(shown.get(member).decimalValue()).as(where).isEqualByComparingTo(sum);
                }
            }
        }
    }
}
