package io.quipu.acceptance.chaos;

import io.quipu.common.wire.Json;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** Registers the run's accounts and plans with the collector, before anything fails. */
final class Provisioner {

    /** Resource, plan and ids of the sample plans that are used beside the run's own. */
    private static final List<List<String>> SAMPLES = List.of(
            List.of("object-storage", "basic", "basic-object-storage", "object-rating-plan", "object-pricing-basic"),
            List.of("llm-inference", "standard", "standard-llm-inference", "llm-rating-plan", "llm-pricing-standard"));

    private final Endpoints endpoints;

    Provisioner(Endpoints endpoints) {
        this.endpoints = endpoints;
    }

    /**
     * Registers everything.
     *
     * @return what can be used from now on
     * @throws IOException when the collector refuses something
     */
    List<Offer> provision() throws IOException, InterruptedException {
        accounts();
        List<Offer> offers = new ArrayList<>(Offers.own());
        for (Offer offer : offers) {
            for (String kind : Offers.KINDS) {
                JsonNode definition = offer.definition(kind);
                done("POST", "/v1/" + kind + "/plans", definition);
                done("POST", "/v1/provisioning/mappings/" + kind + "/resources/" + offer.resource() + "/plans/"
                        + offer.plan() + "/" + definition.get("plan_id").stringValue(), null);
            }
        }
        for (List<String> sample : SAMPLES) {
            offers.add(sample(sample));
        }
        return offers;
    }

    private void accounts() throws IOException, InterruptedException {
        Map<String, List<Organization>> accounts = new TreeMap<>();
        Organization.ALL.stream().filter(organization -> organization.account() != null).forEach(organization ->
                accounts.computeIfAbsent(organization.account(), id -> new ArrayList<>()).add(organization));
        for (Map.Entry<String, List<Organization>> account : accounts.entrySet()) {
            String country = account.getValue().get(0).country();
            done("PUT", "/v1/accounts/" + account.getKey(), Offers.object("account_id", account.getKey(),
                    "organizations", account.getValue().stream().map(Organization::id).toList(),
                    "pricing_country", country, "currency", Offers.CURRENCIES.get(country)));
        }
    }

    private Offer sample(List<String> ids) throws IOException, InterruptedException {
        List<JsonNode> definitions = new ArrayList<>();
        for (int i = 0; i < Offers.KINDS.size(); i++) {
            definitions.add(Json.shared().readTree(
                    done("GET", "/v1/" + Offers.KINDS.get(i) + "/plans/" + ids.get(2 + i), null)));
        }
        List<String> measures = new ArrayList<>();
        definitions.get(0).get("measures").forEach(measure -> measures.add(measure.get("name").stringValue()));
        return Offers.offer(ids.get(0), ids.get(1), measures, definitions.get(0), definitions.get(1), definitions.get(2));
    }

    private String done(String method, String path, Object body) throws IOException, InterruptedException {
        HttpResponse<String> answer = endpoints.send(method, path, body);
        if (answer.statusCode() / 100 != 2) {
            throw new IOException(method + " " + path + " was answered " + answer.statusCode() + ": " + answer.body());
        }
        return answer.body();
    }
}
