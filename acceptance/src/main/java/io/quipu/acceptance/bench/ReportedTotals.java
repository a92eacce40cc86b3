package io.quipu.acceptance.bench;

import io.quipu.common.wire.Json;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** What the organizations' reports say, against what was sent to them: to the digit. */
final class ReportedTotals {

    private static final int MONTHS = 4;

    private ReportedTotals() {
    }

    /** Compares; answers the sentence that says what is wrong, or null when every usage is in its organization's report once. */
    static String difference(Services services, Traffic traffic) throws IOException, InterruptedException {
        Traffic.Shape shape = traffic.shape();
        Form form = shape.offer().form();
        Traffic.Sent[] sent = traffic.sent();
        for (int i = 0; i < sent.length; i++) {
            if (sent[i].usages() == 0) {
                continue;
            }
            String organization = shape.organization(i);
            JsonNode report = Json.shared().readTree(services.report(organization, "organization"));
            BigDecimal count = form == Form.STORAGE ? quantity(report, shape.offer(), Form.COUNT_METRIC)
                    : BigDecimal.valueOf(sent[i].usages());
            BigDecimal quantities = quantity(report, shape.offer(), form.metric()).multiply(form.units());
            if (count.compareTo(BigDecimal.valueOf(sent[i].usages())) != 0
                    || quantities.compareTo(sent[i].quantities()) != 0) {
                return "organization " + organization + " was sent " + sent[i].usages() + " usages with quantities of "
                        + sent[i].quantities().toPlainString() + " in all, but its report counts " + count.toPlainString()
                        + " with " + quantities.toPlainString();
            }
        }
        return null;
    }

    /** This month's and the last one's, since a load may last over midnight. */
    static BigDecimal quantity(JsonNode report, Offer offer, String metric) {
        BigDecimal sum = BigDecimal.ZERO;
        for (JsonNode windows : windows(report, offer, metric)) {
            for (JsonNode slot : windows.path(MONTHS)) {
                sum = sum.add(slot.path("quantity").isNumber() ? slot.path("quantity").decimalValue() : BigDecimal.ZERO);
            }
        }
        return sum;
    }

    /** The windows of a metric of the organization, under each plan path that the offer was mapped to. */
    static List<JsonNode> windows(JsonNode report, Offer offer, String metric) {
        List<JsonNode> windows = new ArrayList<>();
        for (JsonNode resource : report.path("resources")) {
            for (JsonNode plan : resource.path("plans")) {
                for (JsonNode usage : plan.path("aggregated_usage")) {
                    if (resource.path("resource_id").asString().equals(offer.resource())
                            && plan.path("plan_id").asString().startsWith(offer.plan() + "/")
                            && usage.path("metric").asString().equals(metric)) {
                        windows.add(usage.path("windows"));
                    }
                }
            }
        }
        return windows;
    }
}
