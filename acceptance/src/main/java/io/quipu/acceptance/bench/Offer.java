package io.quipu.acceptance.bench;

import io.quipu.common.wire.Json;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What usage is of: a resource's plan with three measures, of which the second carries the usage's serial number and the
 * third is always 1, so that the report's totals say which usages were counted.
 *
 * @param name a short one
 * @param what it is, in a line
 * @param resource the resource
 * @param plan its plan
 * @param rate how the summed metrics are rated
 */
record Offer(String name, String what, String resource, String plan, String rate) {

    /** The measures, in the order in which a usage has them. */
    static final String[] MEASURES = {"storage", "light_api_calls", "heavy_api_calls"};

    /** The summed metric of the second measure. */
    static final String SERIAL_METRIC = "thousand_light_api_calls";

    /** How many of the second measure are one of the metric. */
    static final BigDecimal SERIAL_UNITS = new BigDecimal(1_000);

    /** The summed metric of the third measure. */
    static final String COUNT_METRIC = "heavy_api_calls";

    /** The sample plan that comes with the collector. */
    static final Offer BUILT_IN = new Offer("builtin", "the sample plan: a maximum and two sums, at prices per unit",
            "object-storage", "basic", "per_unit");

    /** All that usage can be of. */
    static final List<Offer> ALL = List.of(BUILT_IN,
            new Offer("tiered", "the same measures, at graduated prices in three tiers", "bench-storage", "tiered", "tiered"),
            new Offer("volume", "the same measures, at the price of the tier that the whole falls in", "bench-storage",
                    "volume", "volume"));

    /** Registers the plan with the collector, unless it comes with it. */
    void provide(Services services) throws IOException, InterruptedException {
        if (equals(BUILT_IN)) {
            return;
        }
        for (Map.Entry<String, Object> definition : definitions().entrySet()) {
            String id = "bench-" + plan + "-" + definition.getKey();
            services.send("POST", "/v1/" + definition.getKey() + "/plans", Json.write(definition.getValue()));
            services.send("POST", "/v1/provisioning/mappings/" + definition.getKey() + "/resources/" + resource + "/plans/"
                    + plan + "/" + id, null);
        }
    }

    /** The definitions by kind of plan. */
    Map<String, Object> definitions() {
        String[][] metrics = {{"storage", "storage / 1073741824", "max"}, {SERIAL_METRIC, "light_api_calls / 1000", "sum"},
            {COUNT_METRIC, "heavy_api_calls", "sum"}};
        List<Object> measures = new ArrayList<>();
        for (String measure : MEASURES) {
            measures.add(object("name", measure, "unit", "ONE"));
        }
        List<Object> metered = new ArrayList<>();
        List<Object> rated = new ArrayList<>();
        List<Object> priced = new ArrayList<>();
        for (String[] metric : metrics) {
            metered.add(object("name", metric[0], "unit", "ONE", "meter", metric[1], "accumulate", metric[2]));
            rated.add(object("name", metric[0], "rate", rate));
            priced.add(object("name", metric[0], "prices", List.of(object("country", "USA", "currency", "USD", "tiers",
                    List.of(object("up_to", "1000", "price", "0.15"), object("up_to", "1000000", "price", "0.11"),
                            object("price", "0.07"))))));
        }
        String prefix = "bench-" + plan + "-";
        Map<String, Object> definitions = new LinkedHashMap<>();
        definitions.put("metering", object("plan_id", prefix + "metering", "measures", measures, "metrics", metered));
        definitions.put("rating", object("plan_id", prefix + "rating", "metrics", rated));
        definitions.put("pricing", object("plan_id", prefix + "pricing", "metrics", priced));
        return definitions;
    }

    private static Map<String, Object> object(Object... namesAndValues) {
        Map<String, Object> object = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            object.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return object;
    }
}
