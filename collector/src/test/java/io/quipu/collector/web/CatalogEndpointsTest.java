package io.quipu.collector.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.collector.catalog.AccountProperties;
import io.quipu.collector.catalog.Catalog;
import io.quipu.collector.catalog.CatalogProperties;
import io.quipu.collector.catalog.SamplePlans;
import io.quipu.collector.catalog.WatchedStore;
import io.quipu.collector.log.ManualClock;
import io.quipu.common.service.ServiceConfiguration;
import io.quipu.common.store.StoreException;
import io.quipu.common.store.memory.InMemoryStore;
import io.quipu.common.usage.Keys;
import io.quipu.common.wire.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import tools.jackson.databind.JsonNode;

/** The catalog's endpoints on a real server; each test uses ids of its own. */
class CatalogEndpointsTest {

    private static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final String MAPPINGS = "/v1/provisioning/mappings/";
    private static final String AT = "/time/1446292800000/";

    private static ConfigurableApplicationContext lenient;
    private static ConfigurableApplicationContext strict;

    /** The catalog on a store in memory. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import({ServiceConfiguration.class, PlanController.class, ProvisioningController.class, AccountController.class})
    static class Application {

        @Bean
        WatchedStore store() {
            return new WatchedStore(new InMemoryStore(new ManualClock()));
        }

        @Bean
        Catalog catalog(WatchedStore store, Environment environment) {
            Catalog catalog = new Catalog(store, new ManualClock(),
                    new AccountProperties(environment.getProperty("strict", Boolean.class, false), "1234", "USA", null),
                    new CatalogProperties(Duration.ofSeconds(10), true));
            SamplePlans.store(catalog);
            return catalog;
        }

        @Bean
        HealthIndicator storeHealth(WatchedStore store) {
            return () -> {
                try {
                    store.get("any");
                    return Health.up().build();
                } catch (StoreException e) {
                    return Health.down(e).build();
                }
            };
        }
    }

    @BeforeAll
    static void start() {
        lenient = start("--strict=false");
        strict = start("--strict=true");
    }

    private static ConfigurableApplicationContext start(String accounts) {
        return new SpringApplicationBuilder(Application.class)
                .properties("spring.config.name=none").run("--server.port=0", accounts);
    }

    @AfterAll
    static void stop() {
        lenient.close();
        strict.close();
    }

    @AfterEach
    void comeBack() {
        lenient.getBean(WatchedStore.class).away(false);
    }

    private static HttpResponse<String> send(ConfigurableApplicationContext to, String method, String path, String body,
            String contentType) {
        URI uri = URI.create("http://127.0.0.1:" + to.getEnvironment().getProperty("local.server.port") + path);
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).method(method, body == null
                ? HttpRequest.BodyPublishers.noBody()
                : HttpRequest.BodyPublishers.ofString(body.replace('\'', '"'), StandardCharsets.UTF_8));
        if (contentType != null) {
            request.header("Content-Type", contentType);
        }
        try {
            return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(method + " " + path, e);
        }
    }

    private static HttpResponse<String> send(String method, String path, String body) {
        return send(lenient, method, path, body, body == null ? null : "application/json");
    }

    private static JsonNode ok(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        return Json.shared().readTree(answer.body());
    }

    private static void done(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
    }

    private static JsonNode problem(int status, String code, HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        JsonNode problem = Json.shared().readTree(answer.body());
        assertThat(problem.path("code").stringValue()).isEqualTo(code);
        assertThat(problem.path("status").intValue()).isEqualTo(status);
        assertThat(problem.path("error").isString()).isTrue();
        return problem;
    }

    private static JsonNode json(String text) {
        return Json.shared().readTree(text.replace('\'', '"'));
    }

    private static String plan(String planId) {
        return "{'plan_id':'" + planId + "','metrics':[]}";
    }

    /** Abacus's own test of provisioning (scenario S15), for each kind. */
    static Stream<String[]> plans() {
        return Stream.of(
                new String[] {"metering", "{'plan_id':'%s','measures':[{'name':'heavy_api_calls','unit':'CALL'}],"
                        + "'metrics':[{'name':'heavy_api_calls','unit':'CALL','type':'discrete'}]}"},
                new String[] {"rating", "{'plan_id':'%s','metrics':[{'name':'heavy_api_calls'}]}"},
                new String[] {"pricing", "{'plan_id':'%s','metrics':[{'name':'heavy_api_calls','prices':["
                        + "{'country':'USA','price':0.15},{'country':'EUR','price':0.1129}]}]}"});
    }

    @Test
    void theAnswerTellsWhatRunsAndThePlanIsFoundAsItWasPosted() {
        String plan = "{'plan_id':'functions','recognize':%s,'measures':[{'name':'a','unit':'U'}],'metrics':["
                + "{'name':'twice','unit':'U','meter':'m => m.a * 2'},{'name':'own','unit':'U','meter':'m => m.a * m.a'}]}";
        String executes = "{'metrics':[{'name':'twice','executes':'%s'},{'name':'own','executes':'formula'}]}";
        assertThat(json(send("POST", "/v1/metering/plans", plan.formatted("true")).body()))
                .isEqualTo(json(executes.formatted("built-in sum")));
        assertThat(ok(send("GET", "/v1/metering/plans/functions", null))).isEqualTo(json(plan.formatted("true")));
        assertThat(problem(409, "meaning_changed", send("PUT", "/v1/metering/plan/functions", plan.formatted("false")))
                .path("invalid_parameters")).extracting(violation -> violation.path("field").stringValue())
                .containsExactly("twice");
        String other = plan.replace("functions", "formulas").formatted("false");
        assertThat(json(send("POST", "/v1/metering/plans", other).body())).isEqualTo(json(executes.formatted("formula")));
        String rating = "{'plan_id':'functions','metrics':[{'name':'twice','rate':'(price, qty) => price * qty'},"
                + "{'name':'own','charge':'(t, cost) => cost / 2'},{'name':'tiered','rate':'tiered'}]}";
        assertThat(json(send("POST", "/v1/rating/plans", rating).body())).isEqualTo(json("{'metrics':[{'name':'twice','executes':"
                + "'built-in per_unit'},{'name':'own','executes':'formula'},{'name':'tiered','executes':'built-in tiered'}]}"));
    }

    @ParameterizedTest
    @MethodSource("plans")
    void provisioningAnswersAsInAbacus(String kind, String template) {
        String plan = template.formatted("p1");
        HttpResponse<String> created = send("POST", "/v1/" + kind + "/plans", plan);
        assertThat(created.statusCode()).isEqualTo(201);
        assertThat(created.headers().firstValue("Location")).contains("/v1/" + kind + "/plans/p1");
        problem(409, "plan_exists", send("POST", "/v1/" + kind + "/plans", plan));
        assertThat(ok(send("GET", "/v1/" + kind + "/plans/p1", null))).isEqualTo(json(plan));
        HttpResponse<String> replaced = send("PUT", "/v1/" + kind + "/plan/p1", plan);
        assertThat(replaced.statusCode()).isEqualTo(200);
        assertThat(created.body()).isEqualTo(replaced.body()).isEqualTo(kind.equals("pricing") ? ""
                : "{\"metrics\":[{\"name\":\"heavy_api_calls\",\"executes\":\"built-in "
                        + (kind.equals("rating") ? "per_unit" : "sum") + "\"}]}");
        problem(400, "invalid", send("PUT", "/v1/" + kind + "/plan/p1", template.formatted("p2")));
        JsonNode unknown = problem(404, "plan_not_found", send("PUT", "/v1/" + kind + "/plan/p2", template.formatted("p2")));
        assertThat(unknown.path("message").stringValue()).isEqualTo("Plan not found");
        problem(404, "plan_not_found", send("GET", "/v1/" + kind + "/plans/p2", null));

        String mapping = MAPPINGS + kind + "/resources/res1/plans/small";
        problem(404, "mapping_not_found", send("GET", mapping, null));
        problem(404, "plan_not_found", send("POST", mapping + "/p2", null));
        done(send("POST", mapping + "/p1", null));
        assertThat(ok(send("GET", mapping, null))).isEqualTo(json("{'plan_id':'p1'}"));
        problem(409, "mapping_exists", send("POST", mapping + "/p1", null));

        String planId = "/v1/" + kind + "/organizations/o/resource_types/%s/plans/small" + AT + kind + "_plan/id";
        assertThat(ok(send("GET", planId.formatted("res1"), null))).isEqualTo(json("'p1'"));
        problem(404, "mapping_not_found", send("GET", planId.formatted("res2"), null));
        problem(400, "invalid", send("GET", planId.formatted("res1").replace("1446292800000", "today"), null));
    }

    @Test
    void allPlansAreMappedAtOnceAsInAbacussSampler() {
        String mapping = "{'resource_id':'res9','plan_id':'small','metering_plan':'basic-linux-container',"
                + "'rating_plan':'linux-rating-plan','pricing_plan':'%s'}";
        problem(400, "invalid", send("POST", "/v1/mappings", mapping.formatted("no-such-plan")));
        problem(400, "invalid", send("POST", "/v1/mappings", "{'resource_id':'res9'}"));
        HttpResponse<String> created = send("POST", "/v1/mappings", mapping.formatted("linux-pricing-basic"));
        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
        assertThat(json(created.body())).isEqualTo(json("{'resource_type':'res9','plan_id':'small',"
                + "'metering_plan':'basic-linux-container','rating_plan':'linux-rating-plan',"
                + "'pricing_plan':'linux-pricing-basic'}"));
        assertThat(ok(send("GET", MAPPINGS + "pricing/resources/res9/plans/small", null)))
                .isEqualTo(json("{'plan_id':'linux-pricing-basic'}"));
        problem(409, "mapping_exists", send("POST", "/v1/mappings", mapping.formatted("linux-pricing-basic")));
        problem(409, "mapping_exists", send("POST", "/v1/mappings", mapping.formatted("linux-pricing-standard")));
    }

    @Test
    void numbersComeBackAsExactlyAsTheyWerePosted() {
        String body = "{'plan_id':'exact','metrics':[{'name':'m','prices':[{'country':'USA','price':0.1234567890123456789012345678},"
                + "{'country':'EUR','price':'1.50'},{'country':'CAN','price':123456789012345678901234567890}]}]}";
        assertThat(send("POST", "/v1/pricing/plans", body).statusCode()).isEqualTo(201);
        assertThat(send("GET", "/v1/pricing/plans/exact", null).body()).isEqualTo(body.replace('\'', '"'));
    }

    @Test
    void allThatIsWrongWithAPlanIsListed() {
        JsonNode problem = problem(400, "invalid", send("POST", "/v1/rating/plans", "{'metrics':[{'rate':'flat'}]}"));
        assertThat(problem.path("invalid_parameters")).extracting(v -> v.path("field").stringValue())
                .containsExactly("plan_id", "metrics[0].name", "metrics[0].rate");
        assertThat(problem.path("invalid_parameters")).allSatisfy(v -> assertThat(v.path("reason").isString()).isTrue());
        // what Abacus's clients read
        assertThat(problem.path("message")).extracting(v -> v.path("field").stringValue())
                .containsExactly("plan_id", "metrics[0].name", "metrics[0].rate");
        assertThat(problem.path("message")).allSatisfy(v -> assertThat(v.path("message").isString()).isTrue());
    }

    @Test
    void aChangedMeaningIsAConflict() {
        String plan = "{'plan_id':'fixed','measures':[{'name':'a','unit':'U'}],'metrics':[{'name':'a','unit':'U','accumulate':'%s'}]}";
        send("POST", "/v1/metering/plans", plan.formatted("sum"));
        problem(409, "meaning_changed", send("PUT", "/v1/metering/plan/fixed", plan.formatted("max")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b", "a\\b", "a b", "ä;x=1", "50%", "a?b#c", "us-south:a3d7", "+", "%2F"})
    void idsOfAnyCharactersCanBeNamedByPaths(String id) {
        String encoded = Keys.encode(id);
        String plan = Json.shared().createObjectNode().put("plan_id", id).set("metrics", Json.shared().createArrayNode())
                .toString();
        HttpResponse<String> created = send("POST", "/v1/rating/plans", plan);
        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
        String location = created.headers().firstValue("Location").orElseThrow();
        assertThat(location).isEqualTo("/v1/rating/plans/" + encoded);
        assertThat(ok(send("GET", location, null)).path("plan_id").stringValue()).isEqualTo(id);
        assertThat(json(send("PUT", "/v1/rating/plan/" + encoded, plan).body())).isEqualTo(json("{'metrics':[]}"));
        done(send("POST", MAPPINGS + "rating/resources/" + encoded + "/plans/" + encoded + "/" + encoded, null));
        assertThat(ok(send("GET", MAPPINGS + "rating/resources/" + encoded + "/plans/" + encoded, null))
                .path("plan_id").stringValue()).isEqualTo(id);
        assertThat(ok(send("GET", "/v1/provisioning/resources/" + encoded + "/type", null)).stringValue()).isEqualTo(id);
    }

    @Test
    void aResourceHasItsOwnTypeOrTheOneThatWasSet() {
        String type = "/v1/provisioning/resources/bucket/type";
        assertThat(ok(send("GET", type, null))).isEqualTo(json("'bucket'"));
        done(send("PUT", type, "'object-storage'"));
        assertThat(ok(send("GET", type, null))).isEqualTo(json("'object-storage'"));
        problem(400, "invalid", send("PUT", type, "7"));
        problem(400, "invalid", send("PUT", type, "''"));
    }

    @Test
    void usageThatIsProvisionedIsValid() {
        String usage = "/v1/provisioning/organizations/o/spaces/s/consumers/app:c/resources/%s/plans/%s/instances/i/%s";
        done(send("GET", usage.formatted("object-storage", "basic", "1446292800000"), null));
        assertThat(problem(404, "mapping_not_found", send("GET", usage.formatted("object-storage", "gold", "1"), null))
                .path("error").stringValue()).isEqualTo("Mapping not found.");
        problem(404, "mapping_not_found", send("GET", usage.formatted("tape", "basic", "1"), null));
        problem(400, "invalid", send("GET", usage.formatted("object-storage", "basic", "-1"), null));
    }

    @Test
    void accountsAreTheSampleOneUnlessRegistered() {
        JsonNode sample = json("{'account_id':'1234','organizations':[],'pricing_country':'USA','currency':'USD',"
                + "'license_type':'N/A'}");
        assertThat(ok(send("GET", "/v1/accounts/1234", null))).isEqualTo(sample);
        assertThat(ok(send("GET", "/v1/organizations/anyone/account/1446292800000", null))).isEqualTo(sample);
        problem(400, "invalid", send("GET", "/v1/organizations/anyone/account/now", null));

        done(send("PUT", "/v1/accounts/acme", "{'account_id':'acme','organizations':['acme-org'],'pricing_country':'CAN'}"));
        JsonNode acme = json("{'account_id':'acme','organizations':['acme-org'],'pricing_country':'CAN','currency':'CAD',"
                + "'license_type':'N/A'}");
        assertThat(ok(send("GET", "/v1/accounts/acme", null))).isEqualTo(acme);
        assertThat(ok(send("GET", "/v1/organizations/acme-org/account/1446292800000", null))).isEqualTo(acme);
        problem(409, "currency_fixed", send("PUT", "/v1/accounts/acme", "{'account_id':'acme','pricing_country':'USA'}"));
        problem(400, "invalid", send("PUT", "/v1/accounts/acme", "{'account_id':'other','pricing_country':'CAN'}"));
    }

    @Test
    void whereAccountsAreStrictTheUnknownIsNotFound() {
        problem(404, "account_not_found", send(strict, "GET", "/v1/accounts/1234", null, null));
        assertThat(problem(404, "organization_not_found",
                send(strict, "GET", "/v1/organizations/o/account/1446292800000", null, null))
                .path("error").stringValue()).startsWith("Missing account information");
        problem(404, "organization_not_found", send(strict, "GET", "/v1/metering/organizations/o/resource_types/object-storage"
                + "/plans/basic" + AT + "metering_plan/id", null, null));
    }

    static Stream<String[]> endpointsWithBodies() {
        return Stream.of(new String[] {"POST", "/v1/metering/plans"}, new String[] {"PUT", "/v1/pricing/plan/p"},
                new String[] {"PUT", "/v1/accounts/b"}, new String[] {"PUT", "/v1/provisioning/resources/b/type"},
                new String[] {"POST", "/v1/mappings"});
    }

    @ParameterizedTest
    @MethodSource("endpointsWithBodies")
    void whatIsNoJsonIsRefusedWithItsPlace(String method, String path) {
        problem(400, "malformed", send(method, path, ""));
        assertThat(problem(400, "malformed", send(method, path, "{'plan_id':\n tru}")).path("detail").stringValue())
                .contains("line 2");
        problem(400, "malformed", send(method, path, "{'plan_id':'a','plan_id':'b'}"));
        problem(400, "malformed", send(method, path, "{} {}"));
        problem(400, "malformed", send(method, path, "[".repeat(Json.MAX_DEPTH + 1)));
        problem(400, "malformed", send(method, path, "{'n':1e99999999999}"));
        problem(400, "malformed", send(method, path, "{'n':" + "1".repeat(1000) + "}"));
        problem(400, "invalid", send(method, path, "[]"));
        problem(400, "invalid", send(method, path, "null"));
    }

    @ParameterizedTest
    @MethodSource("endpointsWithBodies")
    void whatIsTooLargeOrOfAnotherTypeIsRefused(String method, String path) {
        problem(413, "body_too_large", send(method, path, " ".repeat(JsonBodies.MAX_LENGTH + 1)));
        problem(415, "unsupported_media_type", send(lenient, method, path, "{}", "text/plain"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/costing/plans/p", "/v1/provisioning/mappings/costing/resources/r/plans/p",
        "/v1/metering/organizations/o/resource_types/object-storage/plans/basic/time/1/rating_plan/id"})
    void otherPathsAreNotFound(String path) {
        problem(404, "not_found", send("GET", path, null));
    }

    @Test
    void healthIsAnsweredAsInAbacus() {
        assertThat(ok(send("GET", "/healthcheck", null))).isEqualTo(json("{'healthy':true}"));
        lenient.getBean(WatchedStore.class).away(true);
        HttpResponse<String> away = send("GET", "/healthcheck", null);
        assertThat(away.statusCode() + away.body()).isEqualTo("500{\"healthy\":false}");
    }

    @Test
    void aStoreThatIsAwayIsWorthARetry() {
        lenient.getBean(WatchedStore.class).away(true);
        for (HttpResponse<String> answer : List.of(send("GET", "/v1/rating/plans/object-rating-plan", null),
                send("POST", "/v1/rating/plans", plan("while-away")))) {
            problem(503, "store_unavailable", answer);
            assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        }
        lenient.getBean(WatchedStore.class).away(false);
        assertThat(send("POST", "/v1/rating/plans", plan("while-away")).statusCode()).isEqualTo(201);
    }
}
