package io.quipu.acceptance.tool;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** An audit for people: the verdict first, then each difference and the usages that explain it. */
final class AuditText {

    private final StringBuilder text = new StringBuilder();

    private AuditText() {
    }

    /** The text of an audit. */
    static String of(JsonNode audit) {
        AuditText text = new AuditText();
        text.summary(audit);
        int number = 0;
        for (JsonNode difference : audit.path("differences")) {
            text.difference(++number, difference);
        }
        int left = audit.path("difference_count").intValue() - number;
        if (left > 0) {
            text.line("and " + left + " more");
        }
        return text.text.toString();
    }

    private void summary(JsonNode audit) {
        line("organization " + audit.path("organization_id").asString() + ", " + audit.path("month").asString() + ": "
                + audit.path("verdict").asString());
        line(audit.path("usages").asString() + " processed usages in the log, of which " + audit.path("duplicates").asString()
                + " duplicates and " + audit.path("rejected").asString() + " rejected");
        String compared = audit.path("figures").asString() + " figures in " + audit.path("documents").asString()
                + " documents compared: ";
        line(audit.path("documents").intValue() == 0 && audit.path("difference_count").intValue() == 0
                ? "nothing was compared: no usage of this organization in this month is processed"
                : compared + (audit.path("verdict").asString().equals("clean") ? "every one is what the log adds up to"
                : audit.path("difference_count").asString() + " differ"));
    }

    private void difference(int number, JsonNode difference) {
        text.append('\n');
        line(number + ". " + String.join(", ", place(difference)));
        line("   stored     " + value(difference.path("stored")));
        line("   should be  " + value(difference.path("audited")));
        for (JsonNode explanation : difference.path("explained_by")) {
            String usage = explanation.path("location").asString("");
            line("   " + how(explanation.path("how").asString()) + "  "
                    + (usage.isEmpty() ? "position " + explanation.path("position").asString() : usage));
        }
    }

    private static List<String> place(JsonNode difference) {
        List<String> place = new ArrayList<>();
        place.add(difference.path("field").asString() + " of the " + difference.path("level").asString());
        for (String member : List.of("space_id", "consumer_id", "resource_id", "plan_id", "resource_instance_id",
                "metric")) {
            if (difference.has(member)) {
                place.add(difference.get(member).asString());
            }
        }
        place.add(difference.path("window").asString()
                + (difference.has("hour") ? ", hour " + difference.get("hour").asString() : ""));
        return place;
    }

    private static String value(JsonNode value) {
        return value.isMissingNode() ? "(nothing)"
                : value.isNumber() ? value.decimalValue().toPlainString()
                : value.isString() ? value.stringValue() : value.toString();
    }

    private static String how(String how) {
        return switch (how) {
            case "missing" -> "as if this had not been counted:";
            case "counted_twice" -> "as if this had been counted twice:";
            case "duplicate" -> "as if this duplicate had been counted:";
            case "rejected" -> "as if this had been counted, though rejected:";
            case "early" -> "as if this had been counted before its turn:";
            default -> "among the last that went into it:";
        };
    }

    private void line(String line) {
        text.append(line).append('\n');
    }
}
