package io.quipu.acceptance.bench;

import io.quipu.common.wire.Json;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import tools.jackson.databind.JsonNode;

/**
 * What the organizations' reports say of levels as of a month's end, against what was sent to them: what runs then, to the digit;
 * and the area of the month, to the 34 digits of its quotient by an hour.
 */
final class ReportedLevels {

    private static final int MONTHS = 4;
    private static final BigDecimal MILLIS_OF_HOUR = new BigDecimal(3_600_000);

    private ReportedLevels() {
    }

    /**
     * What runs, and the area under it, in units of the metric and hours.
     *
     * @param consuming the level at the end
     * @param consumed the area
     */
    record Levels(BigDecimal consuming, BigDecimal consumed) {

        private boolean same(Levels other) {
            return consuming.compareTo(other.consuming) == 0 && consumed.compareTo(other.consumed) == 0;
        }
    }

    /**
     * Compares; answers the sentence that says what is wrong, or null when every level is in its organization's report.
     *
     * @param end the end of the month in which all levels were set
     */
    static String difference(Services services, Traffic traffic, long end) throws IOException, InterruptedException {
        Levels[] sent = sent(traffic, end);
        for (int i = 0; i < sent.length; i++) {
            String organization = traffic.shape().organization(i);
            Levels reported = reported(Json.shared().readTree(services.report(organization, "organization", end - 1)),
                    traffic.shape().offer());
            if (!reported.same(sent[i])) {
                return "in organization " + organization + " runs " + sent[i].consuming().toPlainString() + ", "
                        + sent[i].consumed().toPlainString() + " in the month, but its report says "
                        + reported.consuming().toPlainString() + " and " + reported.consumed().toPlainString();
            }
        }
        return null;
    }

    /** What each organization was sent, by its number; the levels of an instance must ascend in time. */
    static Levels[] sent(Traffic traffic, long end) {
        Traffic.Shape shape = traffic.shape();
        Form form = shape.offer().form();
        int consumers = shape.consumers();
        long[] levels = new long[shape.organizations() * consumers];
        long[] since = new long[levels.length];
        BigDecimal[] areas = new BigDecimal[shape.organizations()];
        Arrays.fill(areas, BigDecimal.ZERO);
        for (long serial = 0; serial < traffic.taken(); serial++) {
            int organization = (int) traffic.organizationOf(serial);
            int instance = organization * consumers + (int) traffic.consumerOf(serial);
            long time = shape.times().of(serial, end);
            areas[organization] = areas[organization].add(area(levels[instance], since[instance], time));
            levels[instance] = form.quantity(serial);
            since[instance] = time;
        }
        Levels[] sent = new Levels[shape.organizations()];
        for (int i = 0; i < sent.length; i++) {
            BigDecimal consuming = BigDecimal.ZERO;
            BigDecimal area = areas[i];
            for (int instance = i * consumers; instance < (i + 1) * consumers; instance++) {
                consuming = consuming.add(BigDecimal.valueOf(levels[instance]));
                area = area.add(area(levels[instance], since[instance], end));
            }
            sent[i] = new Levels(consuming.divide(form.units(), MathContext.DECIMAL128),
                    area.divide(form.units().multiply(MILLIS_OF_HOUR), MathContext.DECIMAL128));
        }
        return sent;
    }

    private static BigDecimal area(long level, long from, long to) {
        return BigDecimal.valueOf(level).multiply(BigDecimal.valueOf(to - from));
    }

    /** The month that the report is of. */
    static Levels reported(JsonNode report, Offer offer) {
        BigDecimal consuming = BigDecimal.ZERO;
        BigDecimal consumed = BigDecimal.ZERO;
        for (JsonNode slots : ReportedTotals.windows(report, offer, offer.form().metric())) {
            JsonNode quantity = slots.path(MONTHS).path(0).path("quantity");
            if (quantity.isObject()) {
                consuming = consuming.add(quantity.path("consuming").decimalValue());
                consumed = consumed.add(quantity.path("consumed").decimalValue());
            }
        }
        return new Levels(consuming, consumed);
    }
}
