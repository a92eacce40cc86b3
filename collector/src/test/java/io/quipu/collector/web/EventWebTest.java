package io.quipu.collector.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.quipu.collector.intake.FakeLog;
import io.quipu.collector.intake.Samples;
import io.quipu.common.wire.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The events' endpoints on a real server. */
class EventWebTest {

    private static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static ConfigurableApplicationContext application;

    @BeforeAll
    static void start() {
        application = SpringApplication.run(UsageWebTest.Application.class, "--server.port=0");
    }

    @AfterAll
    static void stop() {
        application.close();
    }

    private static HttpResponse<String> send(String method, String path, String body, String type) {
        URI uri = URI.create("http://127.0.0.1:" + application.getEnvironment().getProperty("local.server.port") + path);
        try {
            return CLIENT.send(HttpRequest.newBuilder(uri).method(method, BodyPublishers.ofString(body))
                    .header("Content-Type", type).build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(path, e);
        }
    }

    private static HttpResponse<String> post(String kind, Object body) {
        return send("POST", "/v1/events/" + kind, body.toString(), "application/json");
    }

    private static JsonNode problem(HttpResponse<String> answer, int status, String code) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        JsonNode problem = Json.shared().readTree(answer.body());
        assertThat(problem.get("code").stringValue()).isEqualTo(code);
        return problem;
    }

    private static ObjectNode event(String kind, String organizationId) {
        return kind.equals("stop") ? Samples.event(organizationId) : Samples.event(organizationId, "memory");
    }

    @ParameterizedTest
    @ValueSource(strings = {"start", "stop", "level"})
    void anAcceptedEventIsFoundAtItsLocation(String kind) {
        HttpResponse<String> accepted = post(kind, event(kind, "found-" + kind));
        assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);
        String location = accepted.headers().firstValue("Location").orElseThrow();
        assertThat(accepted.body()).isEqualTo("{\"status\":\"accepted\",\"location\":\"" + location + "\"}");
        assertThat(location).startsWith("/v1/metering/collected/usage/t/000" + Samples.NOW + "/k/found-" + kind + "/");
        JsonNode found = Json.shared().readTree(send("GET", location, "", "application/json").body());
        assertThat(found.get("event").toString()).isEqualTo("{\"kind\":\"" + kind.toUpperCase() + "\",\"id\":\"e1\"}");
        assertThat(found.get("start").longValue()).isEqualTo(Samples.NOW);
        assertThat(found.get("end").longValue()).isEqualTo(Samples.NOW);
        assertThat(found.has("dedup_id")).isFalse();
        assertThat(found.get("measured_usage").size()).isEqualTo(kind.equals("stop") ? 0 : 1);
    }

    @Test
    void anArrayIsAnsweredByAnArray() {
        String good = Samples.event("array", "memory").toString();
        HttpResponse<String> all = post("start", "[" + good + "," + Samples.event("array", "disk").put("id", "e2") + "," + good
                + "]");
        assertThat(all.statusCode()).isEqualTo(202);
        assertThat(Json.shared().readTree(all.body())).extracting(one -> one.get("status").stringValue())
                .containsExactly("accepted", "accepted", "duplicate");

        HttpResponse<String> mixed = post("level", "[{},7," + good + "," + Samples.event("array", "starts") + "]");
        assertThat(mixed.statusCode()).isEqualTo(207);
        assertThat(Json.shared().readTree(mixed.body())).extracting(one -> one.path("code").asString(""))
                .containsExactly("invalid", "invalid", "", "not_continuous");

        assertThat(post("stop", "[{},7]").statusCode()).isEqualTo(400);
        assertThat(post("stop", "[]").body()).isEqualTo("[]");
    }

    @Test
    void aSingleRefusalIsAProblemWithItsOwnStatus() {
        JsonNode invalid = problem(post("stop", event("start", "o1").put("timestamp", "now")), 400, "invalid");
        assertThat(invalid.get("invalid_parameters")).extracting(one -> one.get("field").stringValue())
                .containsExactly("timestamp", "measured_usage");
        problem(post("level", event("stop", "o1")), 400, "invalid");
        problem(post("start", event("start", "nobody")), 404, "organization_not_found");
        problem(post("start", Samples.event("o1", "storage").put("plan_id", "basic")), 422, "not_continuous");
        problem(post("start", event("start", "o1").put("timestamp", 0)), 409, "slack");
        problem(post("start", event("start", "o1").put("timestamp", Samples.NOW + 600_001)), 400, "future");
        problem(post("start", "{"), 400, "malformed");
        problem(post("start", ""), 400, "malformed");
        problem(post("start", "[" + "{},".repeat(1_000) + "{}]"), 413, "too_many_usages");
        assertThat(application.getBean(FakeLog.class).stored()).noneMatch(usage -> usage.origin().organizationId().equals("o1"));
    }

    @Test
    void aStopOfSomethingUnknownIsAccepted() {
        for (ObjectNode stop : new ObjectNode[] {event("stop", "nobody"), event("stop", "s1").put("plan_id", "unknown-plan"),
            event("stop", "s2").put("resource_id", "unknown-resource")}) {
            assertThat(post("stop", stop).statusCode()).isEqualTo(202);
        }
    }

    @Test
    void otherTypesMethodsAndPathsAreProblems() {
        problem(send("POST", "/v1/events/start", "{}", "text/plain"), 415, "unsupported_media_type");
        problem(send("POST", "/v1/events/stop", "{}", "application/x-ndjson"), 415, "unsupported_media_type");
        problem(send("PUT", "/v1/events/level", "{}", "application/json"), 405, "method_not_allowed");
        problem(post("restart", "{}"), 404, "not_found");
        problem(post("START", "{}"), 404, "not_found");
    }

    @Test
    void eventsAreCountedLikeUsage() {
        MeterRegistry meters = application.getBean(MeterRegistry.class);
        double accepted = counted(meters, "accepted", "none");
        double refused = counted(meters, "rejected", "not_continuous");
        post("stop", event("stop", "counted"));
        post("start", Samples.event("counted", "starts"));
        assertThat(counted(meters, "accepted", "none") - accepted).isEqualTo(1);
        assertThat(counted(meters, "rejected", "not_continuous") - refused).isEqualTo(1);
    }

    private static double counted(MeterRegistry meters, String result, String code) {
        return meters.counter("quipu.collector.usages", "result", result, "code", code).count();
    }
}
