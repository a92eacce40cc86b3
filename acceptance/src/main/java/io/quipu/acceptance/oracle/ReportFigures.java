package io.quipu.acceptance.oracle;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** The figures in a report's JSON, by the same paths as the recount's. */
final class ReportFigures {

    private static final int HOURS = 2;
    private static final int DAYS = 3;
    private static final int MONTHS = 4;

    private final String organizationId;
    private final LocalDateTime time;
    private final List<Integer> dimensions;
    private final Map<String, BigDecimal> figures = new HashMap<>();
    private final Set<String> windows = new HashSet<>();

    ReportFigures(String organizationId, JsonNode report, long time, boolean months) {
        this.dimensions = months ? List.of(HOURS, DAYS, MONTHS) : List.of(HOURS, DAYS);
        this.organizationId = organizationId;
        this.time = Instant.ofEpochMilli(time).atOffset(ZoneOffset.UTC).toLocalDateTime();
        for (int dimension : dimensions) {
            for (int slot = 0; slot < report.get("windows").get(dimension).size(); slot++) {
                windows.add(window(dimension, slot));
            }
        }
        level("/", report);
        for (JsonNode space : report.get("spaces")) {
            String place = "/" + space.get("space_id").stringValue();
            level(place, space);
            for (JsonNode consumer : space.get("consumers")) {
                level(place + "/" + consumer.get("consumer_id").stringValue(), consumer);
            }
        }
    }

    /** Whether the report shows a window. */
    boolean covers(String window) {
        return windows.contains(window);
    }

    /** The windows that it shows. */
    Set<String> windows() {
        return windows;
    }

    Map<String, BigDecimal> figures() {
        return figures;
    }

    private void level(String place, JsonNode level) {
        for (JsonNode resource : level.get("resources")) {
            for (JsonNode plan : resource.get("plans")) {
                metrics(place, resource, plan, plan.get("aggregated_usage"));
                for (JsonNode instance : plan.path("resource_instances")) {
                    metrics(place + "#" + instance.get("id").stringValue(), resource, plan,
                            instance.get("aggregated_usage"));
                }
            }
        }
    }

    private void metrics(String place, JsonNode resource, JsonNode plan, JsonNode metrics) {
        for (JsonNode metric : metrics) {
            for (int dimension : dimensions) {
                JsonNode slots = metric.get("windows").path(dimension);
                for (int slot = 0; slot < slots.size(); slot++) {
                    for (String figure : List.of("quantity", "summary", "cost", "charge")) {
                        JsonNode value = slots.get(slot).path(figure);
                        if (value.isNumber()) {
                            figures.put(Oracle.path(organizationId, place, resource.get("resource_id").stringValue(),
                                    plan.get("plan_id").stringValue(), metric.get("metric").stringValue(),
                                    window(dimension, slot), figure), value.decimalValue());
                        }
                    }
                }
            }
        }
    }

    private String window(int dimension, int slot) {
        return switch (dimension) {
            case HOURS -> time.minusHours(slot).toString().substring(0, 13);
            case DAYS -> time.minusDays(slot).toString().substring(0, 10);
            // From the first of the month: a month before the 31st has no 31st.
            default -> time.withDayOfMonth(1).minusMonths(slot).toString().substring(0, 7);
        };
    }
}
