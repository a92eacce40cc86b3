package io.quipu.acceptance.chaos;

import io.quipu.common.wire.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The plans that a run brings along: four, in which every way to accumulate meets every way to rate. */
final class Offers {

    /** The kinds of plan that a resource's plan is mapped to. */
    static final List<String> KINDS = List.of("metering", "rating", "pricing");

    /** The countries with their currencies. */
    static final Map<String, String> CURRENCIES = new TreeMap<>(Map.of("USA", "USD", "EUR", "EUR", "CAN", "CAD"));

    /** What is not a measure of any plan. */
    static final String UNKNOWN_MEASURE = "no-such-measure";

    /** What is divided, by {@link #DIVISOR}. */
    static final String DIVIDEND = "work";

    /** A usage in which this measure is 0 is accepted, and rejected by the meter. */
    static final String DIVISOR = "elapsed";

    /** A measure of a sample plan whose quantities are summed up as they are. */
    static final String SUMMED = "heavy_api_calls";

    private static final List<String> MEASURES =
            List.of("bytes", "load", "floor", "level", "items", DIVIDEND, DIVISOR);
    /** Name, expression and how it accumulates. */
    private static final String[][] METRICS = {
        {"kibibytes", "bytes / 1024", "sum"}, {"peak", "load", "max"}, {"floor", "floor", "min"},
        {"level", "level", "last"}, {"events", "items", "count"}, {"pace", DIVIDEND + " / " + DIVISOR, "sum"}};
    private static final List<String> RATES = List.of("per_unit", "tiered", "volume", "package");
    private static final Map<String, String> FACTORS = Map.of("USA", "1", "EUR", "0.93", "CAN", "1.37");

    private Offers() {
    }

    /** The run's own plans, of one resource. */
    static List<Offer> own() {
        List<Offer> offers = new ArrayList<>();
        for (int plan = 0; plan < RATES.size(); plan++) {
            List<Object> metered = new ArrayList<>();
            List<Object> rated = new ArrayList<>();
            List<Object> priced = new ArrayList<>();
            for (int i = 0; i < METRICS.length; i++) {
                String rate = RATES.get((i + plan) % RATES.size());
                metered.add(object("name", METRICS[i][0], "unit", "ONE", "meter", METRICS[i][1],
                        "accumulate", METRICS[i][2]));
                rated.add(object("name", METRICS[i][0], "rate", rate));
                priced.add(object("name", METRICS[i][0], "prices", prices(rate, plan)));
            }
            offers.add(offer("chaos-mixer", "plan-" + plan, MEASURES,
                    object("plan_id", "chaos-metering-" + plan, "measures",
                            MEASURES.stream().map(name -> object("name", name, "unit", "ONE")).toList(), "metrics", metered),
                    object("plan_id", "chaos-rating-" + plan, "metrics", rated),
                    object("plan_id", "chaos-pricing-" + plan, "metrics", priced)));
        }
        return offers;
    }

    /** An offer with the definitions of its three kinds of plan. */
    static Offer offer(String resource, String plan, List<String> measures, Object metering, Object rating,
            Object pricing) {
        return new Offer(resource, plan, measures, Json.shared().readTree(Json.write(
                object("plan_id", plan, "metering", metering, "rating", rating, "pricing", pricing))));
    }

    private static List<Object> prices(String rate, int plan) {
        List<Object> prices = new ArrayList<>();
        CURRENCIES.forEach((country, currency) -> {
            BigDecimal factor = new BigDecimal(FACTORS.get(country));
            Map<String, Object> price = object("country", country, "currency", currency);
            if (plan % 2 == 1) {
                price.put("free", "12.5");
            }
            switch (rate) {
                case "per_unit" -> price.put("price", times("0.017", factor));
                case "package" -> {
                    price.put("price", times("0.4", factor));
                    price.put("package_size", "7.5");
                }
                default -> price.put("tiers", List.of(object("up_to", "40", "price", times("0.5", factor)),
                        object("up_to", "900.25", "price", times("0.31", factor)),
                        object("price", times("0.07", factor))));
            }
            prices.add(price);
        });
        return prices;
    }

    private static String times(String price, BigDecimal factor) {
        return new BigDecimal(price).multiply(factor).toPlainString();
    }

    /** A JSON object of names and values, in turn. */
    static Map<String, Object> object(Object... namesAndValues) {
        Map<String, Object> object = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            object.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return object;
    }
}
