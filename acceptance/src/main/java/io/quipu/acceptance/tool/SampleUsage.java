package io.quipu.acceptance.tool;

import io.quipu.common.wire.Json;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The usage of the demo: two organizations with a few spaces, apps, resources and plans, all within the last minutes. */
final class SampleUsage {

    /** The organizations. */
    static final List<String> ORGANIZATIONS = List.of("aurora-bank", "boreal-games");

    private static final int USAGES_PER_APP = 5;
    private static final long STEP = 60_000;

    private SampleUsage() {
    }

    /** Writes the usage as NDJSON; the last one ends at {@code now}. */
    static void write(long now, PrintStream out) {
        for (int i = 0; i < USAGES_PER_APP; i++) {
            long end = now - (USAGES_PER_APP - 1 - i) * STEP;
            app(out, end, i, "aurora-bank", "payments", "app:ledger", "object-storage", "basic", storage(i));
            app(out, end, i, "aurora-bank", "payments", "app:fraud-model", "llm-inference", "standard", tokens(i));
            app(out, end, i, "aurora-bank", "website", "app:front", "object-storage", "standard", storage(i + 3));
            app(out, end, i, "aurora-bank", "website", "app:assistant", "llm-inference", "standard", tokens(i + 2));
            app(out, end, i, "boreal-games", "live", "app:matchmaker", "analytics", "basic", analytics(i));
            app(out, end, i, "boreal-games", "live", "app:replays", "object-storage", "basic", storage(2 * i));
            app(out, end, i, "boreal-games", "studio", "app:npc-dialogue", "llm-inference", "standard", tokens(5 * i));
        }
    }

    private static Map<String, Object> storage(int i) {
        return measures("storage", (1L + i) * 1_073_741_824L, "light_api_calls", 1_000L * (i + 1), "heavy_api_calls",
                25L * (i + 1));
    }

    private static Map<String, Object> tokens(int i) {
        return measures("input_tokens", 1_200L + 317L * i, "output_tokens", 90L + 41L * i);
    }

    private static Map<String, Object> analytics(int i) {
        return measures("classifiers", 2L + i % 3, "classifier_api_calls", 40L * (i + 1), "training_event_api_calls",
                3L + i);
    }

    private static Map<String, Object> measures(Object... namesAndQuantities) {
        Map<String, Object> measures = new LinkedHashMap<>();
        for (int i = 0; i < namesAndQuantities.length; i += 2) {
            measures.put((String) namesAndQuantities[i], namesAndQuantities[i + 1]);
        }
        return measures;
    }

    private static void app(PrintStream out, long end, int number, String organization, String space, String consumer,
            String resource, String plan, Map<String, Object> measures) {
        List<Map<String, Object>> measured = new ArrayList<>();
        measures.forEach((measure, quantity) -> {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("measure", measure);
            entry.put("quantity", quantity);
            measured.add(entry);
        });
        Map<String, Object> usage = new LinkedHashMap<>();
        usage.put("start", end - STEP);
        usage.put("end", end);
        usage.put("organization_id", organization);
        usage.put("space_id", space);
        usage.put("consumer_id", consumer);
        usage.put("resource_id", resource);
        usage.put("plan_id", plan);
        usage.put("resource_instance_id", resource + "-of-" + consumer.substring(4));
        usage.put("dedup_id", Integer.toString(number));
        usage.put("measured_usage", measured);
        out.println(new String(Json.write(usage), StandardCharsets.UTF_8));
    }
}
