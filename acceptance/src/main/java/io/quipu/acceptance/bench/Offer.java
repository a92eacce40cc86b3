package io.quipu.acceptance.bench;

import io.quipu.common.wire.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What usage is of: a resource's plan, and the form of the documents.
 *
 * @param name a short one
 * @param what it is, in a line
 * @param resource the resource
 * @param plan its plan
 * @param form what documents look like
 * @param rate how the summed metrics are rated; null for a sample plan, which comes with the collector
 */
record Offer(String name, String what, String resource, String plan, Form form, String rate) {

    /** The name of what is made of usage by formulas. */
    static final String FORMULAS = "formulas";

    /** The sample plan that comes with the collector. */
    static final Offer BUILT_IN = new Offer("builtin", "the sample plan: a maximum and two sums, at prices per unit",
            "object-storage", "basic", Form.STORAGE, null);

    /** All that usage of {@link Form#STORAGE} can be of. */
    static final List<Offer> ALL = List.of(BUILT_IN,
            new Offer("tiered", "the same measures, at graduated prices in three tiers", "bench-storage", "tiered",
                    Form.STORAGE, "tiered"),
            new Offer("volume", "the same measures, at the price of the tier that the whole falls in", "bench-storage",
                    "volume", Form.STORAGE, "volume"),
            new Offer(FORMULAS, "the sample plan as formulas, none of which is recognized", "bench-storage", FORMULAS,
                    Form.STORAGE, "(price, qty) => new BigNumber(price || 0).mul(qty || 0).toNumber()"));

    /** Memory as a level, by the sample plan. */
    static final Offer LEVEL = new Offer("level", "memory as a level", "linux-container", "basic", Form.LEVEL, null);

    /** The same measure, metric and price, but added up. */
    static final Offer DISCRETE = new Offer("discrete", "memory added up", "bench-container", "discrete", Form.MEMORY,
            "per_unit");

    private static final String[][] STORAGE = {{"storage", "storage / 1073741824", "max"},
        {Form.STORAGE.metric(), "light_api_calls / 1000", "sum"}, {Form.COUNT_METRIC, "heavy_api_calls", "sum"}};
    private static final String SUM = "(a, qty, start, end, from, to) => end < from || end >= to ? null"
            + " : new BigNumber(a || 0).add(qty || 0).toNumber()";
    private static final String[][] STORAGE_FORMULAS = {
        {"storage", "(m) => new BigNumber(m.storage || 0).div(1073741824).toNumber()",
            "(a, qty, start, end, from, to) => end < from || end >= to ? null : Math.max(a || 0, qty || 0)"},
        {Form.STORAGE.metric(), "(m) => new BigNumber(m.light_api_calls || 0).div(1000).toNumber()", SUM},
        {Form.COUNT_METRIC, "(m) => m.heavy_api_calls || 0", SUM}};
    private static final String[][] MEMORY = {{Form.MEMORY.metric(), "memory / 1073741824", "sum"}};

    /** Registers the plan with the collector, unless it comes with it. */
    void provide(Services services) throws IOException, InterruptedException {
        if (rate == null) {
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
        List<Object> measures = new ArrayList<>();
        for (String measure : form == Form.STORAGE ? List.of("storage", "light_api_calls", "heavy_api_calls")
                : List.of(form.measure())) {
            measures.add(object("name", measure, "unit", "ONE"));
        }
        List<Object> metered = new ArrayList<>();
        List<Object> rated = new ArrayList<>();
        List<Object> priced = new ArrayList<>();
        for (String[] metric : metrics()) {
            metered.add(object("name", metric[0], "unit", "ONE", "meter", metric[1], "accumulate", metric[2]));
            rated.add(object("name", metric[0], "rate", rate));
            priced.add(object("name", metric[0], "prices", List.of(price())));
        }
        String prefix = "bench-" + plan + "-";
        Map<String, Object> definitions = new LinkedHashMap<>();
        definitions.put("metering", plan(prefix + "metering", "measures", measures, "metrics", metered));
        definitions.put("rating", plan(prefix + "rating", "metrics", rated));
        definitions.put("pricing", object("plan_id", prefix + "pricing", "metrics", priced));
        return definitions;
    }

    private String[][] metrics() {
        return form != Form.STORAGE ? MEMORY : name.equals(FORMULAS) ? STORAGE_FORMULAS : STORAGE;
    }

    private Map<String, Object> plan(String id, Object... members) {
        Map<String, Object> plan = object("plan_id", id);
        plan.putAll(object(members));
        if (name.equals(FORMULAS)) {
            plan.put("recognize", false);
        }
        return plan;
    }

    private Map<String, Object> price() {
        if (rate.equals("per_unit") || name.equals(FORMULAS)) {
            return object("country", "USA", "currency", "USD", "price", "0.00014");
        }
        return object("country", "USA", "currency", "USD", "tiers", List.of(object("up_to", "1000", "price", "0.15"),
                object("up_to", "1000000", "price", "0.11"), object("price", "0.07")));
    }

    private static Map<String, Object> object(Object... namesAndValues) {
        Map<String, Object> object = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            object.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return object;
    }
}
