package io.quipu.collector.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.quipu.collector.intake.FakeLog;
import io.quipu.collector.intake.RequestsUnderWay;
import io.quipu.collector.intake.Samples;
import io.quipu.common.wire.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The snapshots' endpoint on a real server. */
class SnapshotWebTest {

    private static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static ConfigurableApplicationContext application;
    private static FakeLog log;

    @BeforeAll
    static void start() {
        application = SpringApplication.run(UsageWebTest.Application.class, "--server.port=0", "--quipu.snapshot-wait=PT3S",
                "--quipu.max-snapshot-body=3MB");
        log = application.getBean(FakeLog.class);
    }

    @AfterAll
    static void stop() {
        application.close();
    }

    @AfterEach
    void allIsDriven() {
        log.stand(false);
        assertThat(application.getBean(RequestsUnderWay.class).count()).isZero();
        assertThat(application.getBean(RequestsUnderWay.class).working()).isZero();
    }

    private static HttpResponse<String> send(String method, BodyPublisher body, String... headers) {
        URI uri = URI.create("http://127.0.0.1:" + application.getEnvironment().getProperty("local.server.port")
                + "/v1/events/snapshot");
        try {
            return CLIENT.send(HttpRequest.newBuilder(uri).method(method, body).headers(headers).build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static HttpResponse<String> post(Object body) {
        return send("POST", BodyPublishers.ofString(body.toString()), "Content-Type", "application/json");
    }

    private static JsonNode problem(HttpResponse<String> answer, int status, String code) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        JsonNode problem = Json.shared().readTree(answer.body());
        assertThat(problem.get("code").stringValue()).isEqualTo(code);
        return problem;
    }

    @Test
    void aSnapshotIsAnsweredWithWhatItCameTo() {
        HttpResponse<String> answer = post(Samples.snapshot("told", Samples.listed("i1"), Samples.listed("i2")));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        assertThat(answer.body()).isEqualTo(
                "{\"status\":\"processed\",\"instances\":2,\"opened\":1,\"corrected\":2,\"closed\":3,\"unchanged\":4}");
    }

    @Test
    void aSnapshotThatIsNotDrivenInTimeIsAccepted() {
        log.stand(true);
        HttpResponse<String> answer = post(Samples.snapshot("stands").put("complete", true));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        assertThat(answer.body()).isEqualTo("{\"status\":\"accepted\",\"instances\":0}");
        assertThat(log.stored()).anyMatch(usage -> usage.completes() && usage.origin().organizationId().equals("stands"));
    }

    @Test
    void aSnapshotLargerThanMemoryIsReadFromDisk() {
        ObjectNode snapshot = Samples.snapshot("large");
        ArrayNode list = snapshot.putArray("instances");
        IntStream.range(0, 4_000).forEach(i -> list.add(Samples.listed("i" + i)));
        String body = snapshot.toString();
        assertThat(body.length()).isGreaterThan(2 * SpooledBody.MEMORY);
        assertThat(Json.shared().readTree(post(body).body()).get("instances").intValue()).isEqualTo(4_000);
        assertThat(log.stored().stream().filter(usage -> usage.origin().organizationId().equals("large"))
                .map(usage -> usage.origin().resourceInstanceId()).toList())
                .isEqualTo(IntStream.range(0, 4_000).mapToObj(i -> "i" + i).toList());
        String padded = Samples.snapshot("padded", Samples.listed("i1")).toString();
        for (int length : new int[] {SpooledBody.MEMORY - 1, SpooledBody.MEMORY, SpooledBody.MEMORY + 1, 2 * SpooledBody.MEMORY}) {
            assertThat(post(padded + " ".repeat(length - padded.length())).statusCode()).as("%d", length).isEqualTo(202);
        }
    }

    @Test
    void aBodyThatIsTooLargeIsRefusedWhateverItSaysAboutItsLength() {
        byte[] body = (" ".repeat(3 * 1024 * 1024) + Samples.snapshot("o1", Samples.listed("i1")))
                .getBytes(StandardCharsets.UTF_8);
        problem(send("POST", BodyPublishers.ofByteArray(body), "Content-Type", "application/json"), 413, "body_too_large");
        problem(send("POST", BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)), "Content-Type",
                "application/json"), 413, "body_too_large");
    }

    @Test
    void aRefusalIsAProblemWithItsOwnStatus() {
        JsonNode invalid = problem(post(Samples.snapshot("refused", Samples.listed("i1").put("plan_id", 7))), 400, "invalid");
        assertThat(invalid.get("invalid_parameters").get(0).get("field").stringValue()).isEqualTo("instances[0].plan_id");
        problem(post(Samples.snapshot("refused")), 400, "invalid");
        problem(post(Samples.snapshot("nobody", Samples.listed("i1"))), 404, "organization_not_found");
        problem(post(Samples.snapshot("refused", Samples.listed("i1").put("plan_id", "unknown-plan"))), 422, "plan_not_found");
        problem(post(Samples.snapshot("refused", Samples.listed("i1")).put("timestamp", 0)), 409, "slack");
        problem(post(Samples.snapshot("refused", Samples.listed("i1")).put("timestamp", Samples.NOW + 600_001)), 400, "future");
        problem(post(""), 400, "malformed");
        problem(send("POST", BodyPublishers.ofString("{}"), "Content-Type", "text/plain"), 415, "unsupported_media_type");
        problem(send("POST", BodyPublishers.ofString("{}"), "Content-Type", "application/json", "Content-Encoding", "gzip"), 415,
                "unsupported_encoding");
        problem(send("PUT", BodyPublishers.ofString("{}"), "Content-Type", "application/json"), 405, "method_not_allowed");
        assertThat(log.stored()).noneMatch(usage -> usage.origin().organizationId().equals("refused"));
    }

    @Test
    void instancesAreCountedLikeUsageAndARefusedSnapshotAsOne() {
        MeterRegistry meters = application.getBean(MeterRegistry.class);
        double accepted = counted(meters, "accepted", "none");
        double refused = counted(meters, "rejected", "not_continuous");
        post(Samples.snapshot("counted", Samples.listed("i1"), Samples.listed("i2")).put("complete", true));
        ObjectNode starts = Samples.listed("i1");
        starts.putArray("measured_usage").addObject().put("measure", "starts").put("quantity", 1);
        post(Samples.snapshot("counted", Samples.listed("i3"), starts, starts));
        assertThat(counted(meters, "accepted", "none") - accepted).isEqualTo(2);
        assertThat(counted(meters, "rejected", "not_continuous") - refused).isEqualTo(1);
    }

    private static double counted(MeterRegistry meters, String result, String code) {
        return meters.counter("quipu.collector.usages", "result", result, "code", code).count();
    }
}
