package io.quipu.accumulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.quipu.accumulator.Levels.Instance;
import io.quipu.common.service.PeriodicTask;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.store.MutableClock;
import io.quipu.common.usage.Event.Kind;
import io.quipu.common.wire.Json;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import tools.jackson.databind.JsonNode;

/** What is told of what runs, over HTTP. */
@SpringBootTest(classes = {AccumulatorApplication.class, RunningWebTest.Time.class},
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {"spring.config.name=accumulator", "quipu.store=memory", "quipu.silence-after=PT1H"})
class RunningWebTest {

    private static final String RUNNING = "/v1/metering/accumulated/usage/running";
    private static final String SNAPSHOT = "/v1/metering/accumulated/usage/snapshot";
    private static final long NOW = 1_795_262_400_000L;

    @LocalServerPort
    private int port;
    @Autowired
    private DocumentStore store;
    @Autowired
    private Clock clock;
    @Autowired
    private MeterRegistry meters;
    @Autowired
    private SilenceWatch watch;
    @Autowired
    private PeriodicTask silenceChecks;
    private final HttpClient http = HttpClient.newHttpClient();

    /** A clock that stands. */
    @TestConfiguration
    static class Time {
        @Bean
        Clock clock() {
            return new MutableClock(NOW);
        }
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        return http.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private void assertInvalid(String path, String body, String code, String field) throws Exception {
        HttpResponse<String> answer = post(path, body);
        assertThat(answer.statusCode()).as(body + answer.body()).isEqualTo(400);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        JsonNode problem = Json.shared().readTree(answer.body());
        assertThat(problem.at("/code").stringValue()).as(body).isEqualTo(code);
        if (field != null) {
            assertThat(problem.at("/invalid_parameters/0/field").stringValue()).as(body).isEqualTo(field);
        }
    }

    @Test
    void whatRunsIsToldWithItsLevelsAndWhoIsSilent() throws Exception {
        Instance cart = new Instance("acme", "linux-container", "cart-0");
        Levels.accumulator(store).accumulate(List.of(Levels.batch(7, 3_600_000L, List.of(
                cart.event(0, NOW - 7_200_000, Kind.START, 2), cart.event(1, NOW - 7_100_000, Kind.SNAPSHOT, 3)))));

        HttpResponse<String> answer = post(RUNNING, "{\"organization_id\":\"acme\"}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"instances\":[{\"organization_id\":\"acme\",\"space_id\":\"s\",\"consumer_id\":\"c\","
                + "\"resource_id\":\"linux-container\",\"resource_instance_id\":\"cart-0\",\"path\":{\"plan_id\":\"basic\","
                + "\"metering_plan_id\":\"m\",\"rating_plan_id\":\"r\",\"pricing_plan_id\":\"p\"},\"since\":1795255200000,\"levels\":["
                + "{\"metric\":\"memory\",\"level\":3,\"since\":1795255300000}]}],\"silent\":[{\"resource_id\":\"linux-container\","
                + "\"heard_at\":1795255300000}]}");
        watch.check();
        assertThat(meters.get("quipu.silent.resources").gauge().value()).isEqualTo(1);
        assertThat(meters.get("quipu.silence").tag("resource", "linux-container").gauge().value()).isEqualTo(7_100);
        assertThat(meters.get("quipu.reconciled").counters()).hasSize(4);
        assertThat(silenceChecks.isRunning()).isTrue();

        answer = post(SNAPSHOT, "{\"partition\":7,\"resource_id\":\"linux-container\",\"time\":" + (NOW - 1) + ",\"id\":\"s\"}");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/x-ndjson");
        assertThat(answer.body().lines()).containsExactly("{\"unlisted\":[{\"organization_id\":\"acme\",\"space_id\":\"s\","
                + "\"consumer_id\":\"c\",\"plan_id\":\"basic\",\"resource_instance_id\":\"cart-0\"}]}",
                "{\"reconciled\":{\"opened\":0,\"corrected\":0,\"closed\":0,\"unchanged\":0}}", "{\"end\":true}");
        answer = post(SNAPSHOT, "{\"organization_id\":\"acme\",\"resource_id\":\"linux-container\",\"time\":" + (NOW - 7_100_000)
                + "}");
        assertThat(answer.body().lines()).containsExactly(
                "{\"reconciled\":{\"opened\":0,\"corrected\":1,\"closed\":0,\"unchanged\":0}}", "{\"end\":true}");
    }

    @Test
    void aQueryThatIsNotCompleteIsRefused() throws Exception {
        assertInvalid(RUNNING, "{}", "invalid", "organization_id");
        assertInvalid(RUNNING, "{\"organization_id\":\"o\",\"page\":\"nonsense\"}", "invalid", "page");
        assertInvalid(RUNNING, "{\"organization_id\":\"o\",\"resource_id\":\"r\",\"page\":\"" + new PageToken("other", 0).text()
                + "\"}", "invalid", "page");
        assertInvalid(RUNNING, "{\"organization_id\":", "malformed", null);
        assertInvalid(RUNNING, "[]", "malformed", null);
        assertInvalid(SNAPSHOT, "{\"resource_id\":\"r\",\"time\":1}", "invalid", "organization_id");
        assertInvalid(SNAPSHOT, "{\"organization_id\":\"o\",\"partition\":1,\"resource_id\":\"r\",\"time\":1}", "invalid",
                "organization_id");
        assertInvalid(SNAPSHOT, "{\"partition\":-1,\"resource_id\":\"r\",\"time\":1}", "invalid", "partition");
        assertInvalid(SNAPSHOT, "{\"partition\":1,\"time\":1}", "invalid", "resource_id");
        assertInvalid(SNAPSHOT, "{\"partition\":1,\"resource_id\":\"r\",\"time\":" + Long.MAX_VALUE + "}", "invalid", "time");
        assertInvalid(SNAPSHOT, "{\"partition\":1,\"resource_id\":\"r\"}", "malformed", null);
        assertThat(post(RUNNING, "{\"organization_id\":\"nobody\"}").body()).isEqualTo("{\"instances\":[],\"silent\":[]}");
    }
}
