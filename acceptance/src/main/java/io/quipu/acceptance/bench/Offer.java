package io.quipu.acceptance.bench;

import java.math.BigDecimal;

/**
 * What usage is of: a resource's plan with three measures, of which the second carries the usage's serial number and the
 * third is always 1, so that the report's totals say which usages were counted.
 *
 * @param resource the resource
 * @param plan its plan
 * @param serialMetric the summed metric of the second measure
 * @param serialUnits how many of the measure are one of the metric
 * @param countMetric the summed metric of the third measure
 */
record Offer(String resource, String plan, String serialMetric, BigDecimal serialUnits, String countMetric) {

    /** The measures, in the order in which a usage has them. */
    static final String[] MEASURES = {"storage", "light_api_calls", "heavy_api_calls"};

    /** The sample plan that comes with the collector: a maximum and two sums, each at a price per unit. */
    static final Offer BUILT_IN = new Offer("object-storage", "basic", "thousand_light_api_calls", new BigDecimal(1_000),
            "heavy_api_calls");
}
