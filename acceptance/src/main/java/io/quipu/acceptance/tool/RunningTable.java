package io.quipu.acceptance.tool;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** What runs in an organization as a table for people, page after page, and what is silent. Not thread-safe. */
final class RunningTable {

    private static final List<String> HEADER =
            List.of("space", "app", "resource", "plan", "instance", "metric", "since", "level");

    private final List<List<String>> rows = new ArrayList<>();
    private final Map<String, String> silent = new TreeMap<>();

    /** Adds a page; answers the link to the next, or null when it is the last. */
    String add(JsonNode page) {
        for (JsonNode instance : page.path("running")) {
            for (JsonNode level : instance.path("levels")) {
                rows.add(List.of(instance.path("space_id").asString(), instance.path("consumer_id").asString(),
                        instance.path("resource_id").asString(), instance.path("plan_id").asString().split("/", 2)[0],
                        instance.path("resource_instance_id").asString(), level.path("metric").asString(),
                        time(level.path("since")), level.path("level").decimalValue().toPlainString()));
            }
        }
        for (JsonNode resource : page.path("silent")) {
            silent.put(resource.path("resource_id").asString(), time(resource.path("heard_at")));
        }
        return page.has("next") ? page.path("next").asString() : null;
    }

    String text() {
        StringBuilder text = new StringBuilder(rows.isEmpty() ? "nothing runs\n" : new Columns(HEADER, rows, 1).text());
        silent.forEach((resource, heardAt) -> text.append("nothing was heard of ").append(resource).append(" since ")
                .append(heardAt).append('\n'));
        return text.toString();
    }

    private static String time(JsonNode millis) {
        return millis.isNumber() ? Instant.ofEpochMilli(millis.longValue()).toString() : "-";
    }
}
