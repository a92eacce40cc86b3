package io.quipu.acceptance.chaos;

import io.quipu.acceptance.chaos.Offer.Metric;
import io.quipu.acceptance.chaos.Offer.Price;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Registers the run's accounts and its own plans, before anything fails. */
final class PlanSetup {

    private final Endpoints endpoints;

    PlanSetup(Endpoints endpoints) {
        this.endpoints = endpoints;
    }

    /**
     * Registers everything.
     *
     * @throws IOException when the collector refuses something
     */
    void run() throws IOException, InterruptedException {
        Map<String, List<Organization>> accounts = new TreeMap<>();
        Organization.ALL.stream().filter(organization -> organization.account() != null).forEach(organization ->
                accounts.computeIfAbsent(organization.account(), id -> new ArrayList<>()).add(organization));
        for (Map.Entry<String, List<Organization>> account : accounts.entrySet()) {
            String country = account.getValue().get(0).country();
            done("PUT", "/v1/accounts/" + account.getKey(), object("account_id", account.getKey(),
                    "organizations", account.getValue().stream().map(Organization::id).toList(),
                    "pricing_country", country, "currency", Offers.CURRENCIES.get(country)));
        }
        for (Offer offer : Offers.OWN) {
            plan("metering", offer.meteringPlan(), object("plan_id", offer.meteringPlan(),
                    "measures", offer.measures().stream().map(name -> object("name", name, "unit", "ONE")).toList(),
                    "metrics", offer.metrics().stream().map(PlanSetup::metered).toList()));
            plan("rating", offer.ratingPlan(), object("plan_id", offer.ratingPlan(), "metrics",
                    offer.metrics().stream().map(m -> object("name", m.name(), "rate", m.rate())).toList()));
            plan("pricing", offer.pricingPlan(), object("plan_id", offer.pricingPlan(), "metrics",
                    offer.metrics().stream().map(m -> object("name", m.name(), "prices", prices(m))).toList()));
            map("metering", offer, offer.meteringPlan());
            map("rating", offer, offer.ratingPlan());
            map("pricing", offer, offer.pricingPlan());
        }
    }

    private void plan(String kind, String planId, Object definition) throws IOException, InterruptedException {
        done("PUT", "/v1/" + kind + "/plan/" + planId, definition);
    }

    private void map(String kind, Offer offer, String planId) throws IOException, InterruptedException {
        done("POST", "/v1/provisioning/mappings/" + kind + "/resources/" + offer.resource() + "/plans/" + offer.plan()
                + "/" + planId, null);
    }

    private static Map<String, Object> metered(Metric metric) {
        Map<String, Object> definition = object("name", metric.name(), "unit", metric.unit(), "accumulate",
                metric.accumulate());
        if (metric.meter() != null) {
            definition.put("meter", metric.meter());
        }
        return definition;
    }

    private static List<Object> prices(Metric metric) {
        List<Object> prices = new ArrayList<>();
        for (String country : new TreeSet<>(metric.prices().keySet())) {
            Price price = metric.prices().get(country);
            Map<String, Object> definition = object("country", country, "currency", Offers.CURRENCIES.get(country));
            put(definition, "price", price.price());
            put(definition, "free", price.free());
            put(definition, "package_size", price.packageSize());
            if (!price.tiers().isEmpty()) {
                definition.put("tiers", price.tiers().stream().map(tier -> {
                    Map<String, Object> entry = new LinkedHashMap<>();
                    put(entry, "up_to", tier.upTo());
                    put(entry, "price", tier.price());
                    return entry;
                }).toList());
            }
            prices.add(definition);
        }
        return prices;
    }

    private static void put(Map<String, Object> object, String name, BigDecimal number) {
        if (number != null) {
            object.put(name, number.toPlainString());
        }
    }

    private static Map<String, Object> object(Object... namesAndValues) {
        Map<String, Object> object = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            object.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return object;
    }

    private void done(String method, String path, Object body) throws IOException, InterruptedException {
        HttpResponse<String> answer = endpoints.send(method, path, body);
        if (answer.statusCode() / 100 != 2) {
            throw new IOException(method + " " + path + " was answered " + answer.statusCode() + ": " + answer.body());
        }
    }
}
