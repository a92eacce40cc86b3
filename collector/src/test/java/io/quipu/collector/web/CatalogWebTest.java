package io.quipu.collector.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.collector.CollectorApplication;
import io.quipu.common.wire.Json;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** The catalog's endpoints under Abacus's paths and with its statuses. */
@SpringBootTest(classes = CollectorApplication.class, webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {"spring.config.name=collector", "quipu.store=memory"})
class CatalogWebTest {

    private static final String PLAN = """
            {"plan_id":"%s","measures":[{"name":"a","unit":"A"}],"metrics":[{"name":"a","unit":"A","type":"discrete"}]}""";

    @LocalServerPort
    private int port;
    private final HttpClient http = HttpClient.newHttpClient();

    private HttpResponse<String> call(String method, String path, String body) throws Exception {
        return http.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private void assertAnswer(String method, String path, String body, int status) throws Exception {
        HttpResponse<String> answer = call(method, path, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        if (status >= 400) {
            assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        }
    }

    @Test
    void plansAreCreatedOnceReadAsPostedAndReplaced() throws Exception {
        String plan = PLAN.formatted("web");
        assertAnswer("POST", "/v1/metering/plans", plan, 201);
        assertAnswer("POST", "/v1/metering/plans", plan, 409);
        HttpResponse<String> found = call("GET", "/v1/metering/plans/web", "");
        assertThat(found.statusCode()).isEqualTo(200);
        assertThat(Json.shared().readTree(found.body())).isEqualTo(Json.shared().readTree(plan));
        assertAnswer("PUT", "/v1/metering/plan/web", plan, 200);
        assertAnswer("PUT", "/v1/metering/plan/web", PLAN.formatted("other"), 400);
        assertAnswer("PUT", "/v1/metering/plan/unknown", PLAN.formatted("unknown"), 404);
        assertAnswer("GET", "/v1/metering/plans/unknown", "", 404);
        assertAnswer("GET", "/v1/cooking/plans/web", "", 404);
        assertAnswer("POST", "/v1/rating/plans", "{\"plan_id\":\"web\",\"metrics\":[{\"name\":\"a\"}]}", 201);
        assertAnswer("POST", "/v1/pricing/plans", "{\"plan_id\":\"web\",\"metrics\":[]}", 201);
        assertAnswer("POST", "/v1/pricing/plans", "{\"plan_id\":", 400);
        assertAnswer("POST", "/v1/pricing/plans", "[]", 400);
    }

    @Test
    void mappingsAreMadeOnce() throws Exception {
        String mapping = "/v1/provisioning/mappings/metering/resources/mapped/plans/small";
        assertAnswer("GET", mapping, "", 404);
        assertAnswer("POST", mapping + "/no-such-plan", "", 404);
        assertAnswer("POST", mapping + "/standard-services-hours", "", 200);
        assertAnswer("POST", mapping + "/standard-services-hours", "", 409);
        assertThat(call("GET", mapping, "").body()).isEqualTo("{\"plan_id\":\"standard-services-hours\"}");
        assertThat(call("GET", "/v1/metering/organizations/o/resource_types/mapped/plans/small/time/1/metering_plan/id", "")
                .body()).isEqualTo("\"standard-services-hours\"");
        String instance = "/v1/provisioning/organizations/o/spaces/s/consumers/c/resources/%s/plans/small/instances/i/1";
        assertAnswer("GET", instance.formatted("mapped"), "", 200);
        HttpResponse<String> unmapped = call("GET", instance.formatted("unmapped"), "");
        assertThat(unmapped.statusCode()).isEqualTo(404);
        assertThat(Json.shared().readTree(unmapped.body()).get("error").stringValue()).isEqualTo("Mapping not found.");
    }

    @Test
    void aResourceHasATypeOfItsOwnNameUnlessSet() throws Exception {
        assertThat(call("GET", "/v1/provisioning/resources/a%2Fb/type", "").body()).isEqualTo("\"a/b\"");
        assertAnswer("PUT", "/v1/provisioning/resources/a%2Fb/type", "\"object-storage\"", 200);
        assertThat(call("GET", "/v1/provisioning/resources/a%2Fb/type", "").body()).isEqualTo("\"object-storage\"");
        assertAnswer("PUT", "/v1/provisioning/resources/a%2Fb/type", "7", 400);
    }

    @Test
    void accountsAreRegisteredAndFound() throws Exception {
        assertAnswer("PUT", "/v1/accounts/acme",
                "{\"account_id\":\"acme\",\"organizations\":[\"acme-org\"],\"pricing_country\":\"CAN\"}", 200);
        JsonNode account = Json.shared().readTree(call("GET", "/v1/organizations/acme-org/account/1420070400000", "").body());
        assertThat(account).isEqualTo(Json.shared().readTree("{\"account_id\":\"acme\",\"organizations\":[\"acme-org\"],"
                + "\"pricing_country\":\"CAN\",\"currency\":\"CAD\",\"license_type\":\"N/A\"}"));
        assertThat(Json.shared().readTree(call("GET", "/v1/organizations/nobody/account/1", "").body())
                .get("account_id").stringValue()).isEqualTo("1234");
        assertAnswer("PUT", "/v1/accounts/acme", "{\"account_id\":\"acme\",\"organizations\":[],"
                + "\"pricing_country\":\"USA\"}", 409);
        assertAnswer("PUT", "/v1/accounts/acme", "{\"organizations\":\"x\"}", 400);
    }
}
