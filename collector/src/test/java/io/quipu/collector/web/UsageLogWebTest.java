package io.quipu.collector.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.collector.drive.PlanVersions;
import io.quipu.collector.log.LogDocuments;
import io.quipu.collector.log.LoggedUsage;
import io.quipu.collector.log.ManualClock;
import io.quipu.collector.log.OrganizationLog;
import io.quipu.collector.log.Samples;
import io.quipu.common.service.ServiceConfiguration;
import io.quipu.common.store.FaultyStore;
import io.quipu.common.store.Write;
import io.quipu.common.usage.Event;
import io.quipu.common.usage.Origin;
import io.quipu.common.usage.Position;
import io.quipu.common.usage.Rejection;
import io.quipu.common.wire.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import tools.jackson.databind.JsonNode;

/** The log's endpoints on a real server. */
class UsageLogWebTest {

    private static final String LOG = "/v1/metering/collected/usage/log";
    private static final FaultyStore STORE = new FaultyStore();
    private static final io.quipu.collector.log.Collector COLLECTOR = new io.quipu.collector.log.Collector(STORE);
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private static ConfigurableApplicationContext application;

    /** The log of a collector, and one plan version. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import({ServiceConfiguration.class, UsageLogController.class})
    static class Application {

        @Bean
        OrganizationLog log() {
            return new OrganizationLog(COLLECTOR.log);
        }

        @Bean
        PlanVersions plans() {
            return id -> Optional.of(Samples.PLAN);
        }
    }

    @BeforeAll
    static void start() {
        application = new SpringApplicationBuilder(Application.class).properties("spring.config.name=none")
                .run("--server.port=0");
        COLLECTOR.append("a", "b");
        COLLECTOR.append(Samples.usage("december", ManualClock.NOON + 600_000, "1.50"));
        COLLECTOR.log.documents().insert(List.of(LogDocuments.rejectedUsage(0,
                new Rejection(Position.of(0, 1), "meter", "metering_failed", "why"), Write.NEVER)));
        COLLECTOR.drivenTo(0);
    }

    @AfterAll
    static void stop() {
        application.close();
    }

    private static HttpResponse<String> get(String path) {
        try {
            return CLIENT.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:"
                    + application.getEnvironment().getProperty("local.server.port") + path)).build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(path, e);
        }
    }

    @Test
    void aPageBringsPlansUsagesAndItsEnd() {
        HttpResponse<String> answer = get(LOG + "?organization_id=org&month=2026-11");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/x-ndjson");
        List<JsonNode> lines = answer.body().lines().map(Json.shared()::readTree).toList();
        assertThat(lines).hasSize(6);
        assertThat(lines.get(0).get("plan").get("id").stringValue()).isEqualTo("plan-1");
        assertThat(lines.get(0).get("plan").get("version").get("plan_id").stringValue()).isEqualTo("basic");
        JsonNode rejected = lines.get(2).get("usage");
        assertThat(rejected.get("position").longValue()).isEqualTo(1);
        assertThat(rejected.get("accepted_at").longValue()).isEqualTo(ManualClock.NOON);
        assertThat(rejected.get("location").stringValue())
                .isEqualTo("/v1/metering/collected/usage/t/0001795262400000/k/org/space/app/object-storage/basic/instance/0-1");
        assertThat(rejected.get("origin").get("space_id").stringValue()).isEqualTo("space");
        assertThat(rejected.get("pin").get("plan").stringValue()).isEqualTo("plan-1");
        assertThat(rejected.get("dedup_id").stringValue()).isEqualTo("b");
        assertThat(rejected.get("rejection").get("code").stringValue()).isEqualTo("metering_failed");
        assertThat(lines.get(3).get("usage").get("measured_usage").toString())
                .isEqualTo("[{\"measure\":\"storage\",\"quantity\":1.5}]");
        assertThat(lines.get(4).toString()).isEqualTo("{\"page\":{\"complete\":true}}");
        assertThat(lines.get(5).toString()).isEqualTo("{\"end\":true}");
    }

    @Test
    void anEventIsALineThatSaysWhatHappened() {
        LoggedUsage usage = Samples.usage(null, ManualClock.NOON, "2");
        LoggedUsage event = new LoggedUsage(new Origin("other", "space", "app", "object-storage", "basic", "instance",
                ManualClock.NOON, ManualClock.NOON), usage.pin(), usage.measuredUsage(), null, null,
                new Event(Event.Kind.START, "e1"), null);
        UsageLogController.UsageLine line = UsageLogController.UsageLine.of(
                new OrganizationLog.Entry(3, ManualClock.NOON, event, null), 0);
        JsonNode written = Json.shared().readTree(Json.write(line));
        assertThat(written.get("event").toString()).isEqualTo("{\"kind\":\"START\",\"id\":\"e1\"}");
        assertThat(get(LOG + "?organization_id=org&month=2026-11").body()).doesNotContain("event");
    }

    @Test
    void aPageBeginsWhereItIsAskedTo() {
        assertThat(get(LOG + "?organization_id=org&month=2026-11&from=1&through=7").body().lines()).hasSize(4);
        assertThat(get(LOG + "?organization_id=org&month=2026-11&from=2").body())
                .isEqualTo("{\"page\":{\"complete\":true}}\n{\"end\":true}\n");
        assertThat(get(LOG + "?organization_id=a%2Fb&month=2026-11").body().lines()).hasSize(2);
    }

    @Test
    void progressIsPartitionAndCursor() {
        assertThat(get(LOG + "/progress?organization_id=org").body()).isEqualTo("{\"partition\":0,\"cursor\":1}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"?organization_id=org", "?month=2026-11", "?organization_id=org&month=2026-13",
        "?organization_id=org&month=2026-11-01", "?organization_id=org&month=2026-11&from=-1",
        "?organization_id=org&month=2026-11&from=137438953472", "?organization_id=org&month=2026-11&from=x",
        "?organization_id=org&month=2026-11&through=x", "/progress"})
    void whatCannotBeReadIsAProblem(String query) {
        HttpResponse<String> answer = get(LOG + query);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    }

    @Test
    void aStoreThatIsAwayIsWorthARetryAndAnAnswerThatBreaksOffIsNotWhole() {
        STORE.faults((call, write, keys) -> FaultyStore.Fault.FAIL_BEFORE);
        try {
            assertThat(get(LOG + "/progress?organization_id=org").statusCode()).isEqualTo(503);
            assertThat(get(LOG + "?organization_id=org&month=2026-11").statusCode()).isEqualTo(503);
        } finally {
            STORE.noFaults();
        }
    }
}
