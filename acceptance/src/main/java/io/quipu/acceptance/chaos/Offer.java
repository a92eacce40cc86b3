package io.quipu.acceptance.chaos;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/**
 * A resource's plan as its provider knows it: all that a bill of it depends on.
 *
 * @param resource the resource
 * @param plan the name of the plan
 * @param meteringPlan the id of its metering plan
 * @param ratingPlan the id of its rating plan
 * @param pricingPlan the id of its pricing plan
 * @param measures what it measures
 * @param metrics what is accounted for, in the order of reports
 */
record Offer(String resource, String plan, String meteringPlan, String ratingPlan, String pricingPlan,
        List<String> measures, List<Metric> metrics) {

    /**
     * A metric.
     *
     * @param name its name
     * @param unit its unit
     * @param meter its expression over the measures; null for the measure of its own name
     * @param accumulate how it accumulates
     * @param rate how it is rated
     * @param prices its price by country
     */
    record Metric(String name, String unit, String meter, String accumulate, String rate, Map<String, Price> prices) {
    }

    /**
     * A price in one country.
     *
     * @param price per unit or package; null where there are tiers
     * @param free units that are free; null for none
     * @param packageSize units of a package; null where there are none
     * @param tiers the tiers, or none
     */
    record Price(BigDecimal price, BigDecimal free, BigDecimal packageSize, List<Tier> tiers) {
    }

    /**
     * A tier of a price.
     *
     * @param upTo its last unit; null for the last tier
     * @param price of a unit in it
     */
    record Tier(BigDecimal upTo, BigDecimal price) {
    }
}
