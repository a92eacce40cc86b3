package io.quipu.acceptance.tool;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** A report as a table for people: quantities and charges of the month that was asked for. */
final class ReportTable {

    private static final int MONTHS = 4;
    private static final List<String> HEADER =
            List.of("space", "app", "resource", "plan", "metric", "quantity", "charge");
    private static final int FIGURES = 2;

    private final List<List<String>> rows = new ArrayList<>();

    private ReportTable() {
    }

    /** The table of an organization's report. */
    static String of(JsonNode report) {
        ReportTable table = new ReportTable();
        for (JsonNode space : report.path("spaces")) {
            for (JsonNode consumer : space.path("consumers")) {
                table.add(space.path("space_id").asString(), consumer.path("consumer_id").asString(), consumer);
            }
            table.rows.add(List.of(space.path("space_id").asString(), "", "", "", "", "total", charge(space)));
        }
        String currency = report.path("currency").asString("");
        table.rows.add(List.of("", "", "", "", "organization", "total", charge(report) + " " + currency));
        return "organization " + report.path("organization_id").asString() + ", account "
                + report.path("account_id").asString("-") + "\n\n"
                + new Columns(HEADER, table.rows, FIGURES).text();
    }

    private void add(String space, String consumer, JsonNode level) {
        for (JsonNode resource : level.path("resources")) {
            for (JsonNode plan : resource.path("plans")) {
                String planId = plan.path("plan_id").asString().split("/", 2)[0];
                for (JsonNode usage : plan.path("aggregated_usage")) {
                    JsonNode slot = usage.path("windows").path(MONTHS).path(0);
                    if (!slot.isNull() && !slot.isMissingNode()) {
                        rows.add(List.of(space, consumer, resource.path("resource_id").asString(), planId,
                                usage.path("metric").asString(), number(slot.path("quantity")),
                                number(slot.path("charge"))));
                    }
                }
            }
        }
    }

    private static String charge(JsonNode level) {
        return number(level.path("windows").path(MONTHS).path(0).path("charge"));
    }

    private static String number(JsonNode node) {
        BigDecimal number = node.isNumber() ? node.decimalValue() : BigDecimal.ZERO;
        return number.toPlainString();
    }
}
