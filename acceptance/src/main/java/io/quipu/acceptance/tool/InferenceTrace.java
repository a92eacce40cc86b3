package io.quipu.acceptance.tool;

import io.quipu.acceptance.oracle.ReportSums;
import io.quipu.common.wire.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * A trace of requests to a language model (columns time, context tokens, generated tokens) as usage of {@code
 * llm-inference}/{@code standard}: one usage a row, start and end its time in milliseconds, deduplicated by row number.
 */
final class InferenceTrace {

    /** The organization that the trace is submitted for. */
    static final String ORGANIZATION = "inference-customer";

    private static final String HEADER = "TIMESTAMP,ContextTokens,GeneratedTokens";
    private static final int APPS = 10;
    private static final int SPACES = 3;

    private InferenceTrace() {
    }

    /** Converts the trace to NDJSON; answers the number of rows. */
    static int convert(BufferedReader csv, PrintStream out) throws IOException {
        String header = csv.readLine();
        if (!HEADER.equals(header)) {
            throw new ToolException("the first line must be " + HEADER + ", not " + header);
        }
        int row = 0;
        for (String line = csv.readLine(); line != null; line = csv.readLine()) {
            if (!line.isBlank()) {
                row++;
                out.println(new String(Json.write(usage(row, line.split(",", -1))), StandardCharsets.UTF_8));
            }
        }
        return row;
    }

    private static Map<String, Object> usage(int row, String[] columns) {
        if (columns.length != 3) {
            throw new ToolException("row " + row + " has " + columns.length + " columns, not 3");
        }
        long time = LocalDateTime.parse(columns[0].replace(' ', 'T')).truncatedTo(ChronoUnit.MILLIS)
                .toInstant(ZoneOffset.UTC).toEpochMilli();
        int app = row % APPS;
        Map<String, Object> usage = new LinkedHashMap<>();
        usage.put("start", time);
        usage.put("end", time);
        usage.put("organization_id", ORGANIZATION);
        usage.put("space_id", "space-" + app % SPACES);
        usage.put("consumer_id", "app-" + app);
        usage.put("resource_id", "llm-inference");
        usage.put("plan_id", "standard");
        usage.put("resource_instance_id", "model-of-app-" + app);
        usage.put("dedup_id", Integer.toString(row));
        usage.put("measured_usage", List.of(
                measured("input_tokens", columns[1]), measured("output_tokens", columns[2])));
        return usage;
    }

    private static Map<String, Object> measured(String measure, String quantity) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("measure", measure);
        entry.put("quantity", new BigDecimal(quantity.trim()));
        return entry;
    }

    /** What differs between a month's report and the figures expected; empty when all are equal and everything adds up. */
    static List<String> check(JsonNode report, BigDecimal input, BigDecimal output, BigDecimal charge) {
        List<String> wrong = new ArrayList<>(ReportSums.differences(report));
        JsonNode resource = report.path("resources").path(0);
        compare(wrong, "thousand_input_tokens", slot(metric(resource, "thousand_input_tokens"), "quantity"), input);
        compare(wrong, "thousand_output_tokens", slot(metric(resource, "thousand_output_tokens"), "quantity"), output);
        compare(wrong, "charge", slot(report, "charge"), charge);
        if (!report.path("settled").asBoolean(false)) {
            wrong.add("the report is not settled");
        }
        if (report.path("spaces").size() != SPACES) {
            wrong.add("the report has " + report.path("spaces").size() + " spaces, not " + SPACES);
        }
        return wrong;
    }

    private static JsonNode metric(JsonNode resource, String name) {
        for (JsonNode usage : resource.path("aggregated_usage")) {
            if (usage.path("metric").asString("").equals(name)) {
                return usage;
            }
        }
        return Json.shared().createObjectNode();
    }

    private static JsonNode slot(JsonNode level, String member) {
        return level.path("windows").path(4).path(0).path(member);
    }

    private static void compare(List<String> wrong, String what, JsonNode found, BigDecimal expected) {
        if (!found.isNumber() || found.decimalValue().compareTo(expected) != 0) {
            wrong.add(what + " is " + (found.isNumber() ? found.decimalValue().toPlainString() : "missing")
                    + ", not " + expected.toPlainString());
        }
    }
}
