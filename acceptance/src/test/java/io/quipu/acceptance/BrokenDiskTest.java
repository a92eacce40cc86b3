package io.quipu.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quipu.collector.CollectorApplication;
import io.quipu.common.store.SmallDisk;
import io.quipu.common.wire.Json;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The services on disks that are full for a while, and on one that cannot be used. */
@Timeout(120)
class BrokenDiskTest {

    /** Less than the engine reserves for its log where it can: it could write on there when the disk is full already. */
    private static final int MEGABYTES = 12;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String[] IMPATIENT = {"quipu.drive.backoff-longest=PT0.3S", "quipu.breaker.open=PT0.3S",
        "management.health.diskspace.threshold=1KB", "management.endpoint.health.show-details=always"};
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
    private static final String ORGANIZATION = "full-disk";

    private final Clock clock = Clock.fixed(NOON, ZoneOffset.UTC);
    private int submitted;
    private int accepted;

    @TempDir
    private Path data;

    @Test
    void fullDisksLoseNothingThatWasAcceptedAndTheSameUsageIsAcceptedOnceThereIsRoom() throws Exception {
        Files.createDirectories(data.resolve("collector"));
        Files.createDirectories(data.resolve("aggregator"));
        Files.createDirectories(data.resolve("accumulator"));
        try (SmallDisk collector = SmallDisk.at(data.resolve("collector"), MEGABYTES);
                SmallDisk accumulator = SmallDisk.at(data.resolve("accumulator"), MEGABYTES);
                SmallDisk aggregator = SmallDisk.at(data.resolve("aggregator"), MEGABYTES)) {
            try (Stack stack = new Stack(data, clock, IMPATIENT)) {
                whereUsageIsTakenIn(stack, collector);
                if (collector.alone()) {
                    whereUsageIsFolded(stack, aggregator, "aggregator");
                    whereUsageIsFolded(stack, accumulator, "accumulator");
                } else {
                    System.out.println("[disk] the accumulator's and the aggregator's disks were full only together with the collector's");
                }
                assertReported(stack);
            }
            try (Stack restarted = new Stack(data, clock, IMPATIENT)) {
                restarted.settle();
                assertReported(restarted);
            }
        }
    }

    private void whereUsageIsTakenIn(Stack stack, SmallDisk disk) throws Exception {
        HttpResponse<String> first = post(stack, usage());
        assertThat(first.statusCode()).as(first.body()).isEqualTo(202);
        for (int i = 0; i < 5; i++) {
            post(stack, usage());
        }
        stack.settle();

        disk.fill();
        String refused = usage();
        HttpResponse<String> refusal = post(stack, refused);
        // What was free in the last page may have taken a few.
        while (refusal.statusCode() == 202) {
            refused = usage();
            refusal = post(stack, refused);
        }
        for (int i = 0; i < 5; i++) {
            HttpResponse<String> answer = post(stack, refused);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
            assertThat(answer.headers().firstValue("Retry-After")).isPresent();
            JsonNode problem = Json.shared().readTree(answer.body());
            assertThat(problem.get("code").stringValue()).isEqualTo("store_unavailable");
            assertThat(problem.get("detail").stringValue()).contains(disk.directory().toString());
        }
        assertThat(stack.get(first.headers().firstValue("Location").orElseThrow()).statusCode()).isEqualTo(200);
        HttpResponse<String> health = stack.get("/actuator/health");
        assertThat(health.statusCode()).isEqualTo(503);
        assertThat(Json.shared().readTree(health.body()).at("/components/store/details/reason").stringValue())
                .contains(disk.directory().toString());
        assertThat(stack.get("/actuator/health/liveness").statusCode()).isEqualTo(200);

        disk.makeRoom();
        String again = refused;
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).until(() -> post(stack, again).statusCode() == 202);
        await().atMost(PATIENCE).until(() -> stack.get("/actuator/health").statusCode() == 200);
        stack.settle();
    }

    private void whereUsageIsFolded(Stack stack, SmallDisk disk, String service) throws Exception {
        disk.fill();
        await(service + " is full").atMost(PATIENCE).pollInterval(Duration.ofMillis(10)).until(() -> {
            assertThat(post(stack, usage()).statusCode()).isEqualTo(202);
            return stack.collectorMetric("quipu_collector_backlog_usages").compareTo(BigDecimal.valueOf(20)) > 0;
        });
        disk.makeRoom();
        stack.settle();
    }

    private HttpResponse<String> post(Stack stack, String usage) {
        HttpResponse<String> answer = stack.post(Stack.USAGE, usage);
        if (answer.statusCode() == 202) {
            accepted++;
        }
        return answer;
    }

    private void assertReported(Stack stack) {
        JsonNode report = stack.report(ORGANIZATION, "?depth=organization");
        assertThat(report.at("/resources/0/plans/0/aggregated_usage/1/windows/4/0/quantity").decimalValue())
                .as(report.toString()).isEqualByComparingTo(BigDecimal.valueOf(accepted));
    }

    /** One more usage, of one call each. */
    private String usage() {
        long end = NOON.toEpochMilli() - submitted;
        return "{\"start\":" + end + ",\"end\":" + end + ",\"organization_id\":\"" + ORGANIZATION + "\",\"space_id\":\"s\",\"consumer_id\":\"app:c\","
                + "\"resource_id\":\"object-storage\",\"plan_id\":\"basic\",\"resource_instance_id\":\"i\",\"dedup_id\":\"" + submitted++ + "\","
                + "\"measured_usage\":[{\"measure\":\"light_api_calls\",\"quantity\":1000}]}";
    }

    @Test
    void serviceOnADirectoryThatCannotBeUsedSaysWhyAndWhatToDoAndEndsWithAnError() throws Exception {
        Path file = Files.createFile(data.resolve("no-directory"));
        Path output = data.resolve("output");
        Process process = new ProcessBuilder(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp", System.getProperty("java.class.path"), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx128m",
                CollectorApplication.class.getName(), "--server.port=0", "--server.address=127.0.0.1", "--quipu.data=" + file))
                .redirectErrorStream(true).redirectOutput(output.toFile()).start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        String said = Files.readString(output, StandardCharsets.UTF_8);
        assertThat(process.exitValue()).as(said).isNotZero();
        assertThat(said).contains("APPLICATION FAILED TO START", "The service cannot start: the data directory " + file,
                "user " + System.getProperty("user.name"), "quipu.data");
        List<String> traces = new ArrayList<>(said.lines().filter(line -> line.startsWith("\tat ")).toList());
        assertThat(traces).as("no stack trace").isEmpty();
    }
}
