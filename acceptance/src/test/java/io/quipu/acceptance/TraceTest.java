package io.quipu.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quipu.collector.log.LoggedUsage;
import io.quipu.collector.log.Segment;
import io.quipu.collector.log.UsageLog;
import io.quipu.common.wire.Json;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** One trace from a POST through the log to the aggregate, and one from a report to all that it reads, as Zipkin has them. */
class TraceTest {

    private static final Set<String> PIPELINE = Set.of("collector", "meter", "accumulator", "aggregator");
    private static final String CALLER = "00f067aa0ba902b7";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** POST, append, drive; then call and answer of three stages. */
    private static final int PIPELINE_SPANS = 9;

    @TempDir
    private static Path data;
    private static ZipkinServer zipkin;
    private static Stack stack;

    @BeforeAll
    static void start() throws IOException {
        zipkin = new ZipkinServer(data.resolve("zipkin.log"));
        stack = new Stack(data, Clock.systemUTC(), "quipu.zipkin.endpoint=" + zipkin.url(),
                "management.tracing.sampling.probability=0");
    }

    @AfterAll
    static void stop() {
        if (stack != null) {
            stack.close();
        }
        if (zipkin != null) {
            zipkin.close();
        }
    }

    private static String usage(String organization, String dedupId) {
        return String.format(Locale.ROOT, """
                {"start":%1$d,"end":%1$d,"organization_id":"%2$s","space_id":"shop","consumer_id":"app:cart",
                 "resource_id":"object-storage","plan_id":"basic","resource_instance_id":"bucket","dedup_id":"%3$s",
                 "measured_usage":[{"measure":"light_api_calls","quantity":1000}]}""",
                System.currentTimeMillis(), organization, dedupId);
    }

    private static List<JsonNode> trace(String traceId, int spans) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).until(() -> zipkin.spans(traceId).size() >= spans);
        return zipkin.spans(traceId);
    }

    private static String name(JsonNode span) {
        return span.get("localEndpoint").get("serviceName").stringValue() + " " + span.get("name").stringValue();
    }

    /** A span's place: its own name after its parents'. */
    private static String path(JsonNode span, Map<String, JsonNode> byId) {
        String parent = span.get("parentId") == null ? CALLER : span.get("parentId").stringValue();
        if (parent.equals(CALLER)) {
            return name(span);
        }
        assertThat(byId).as("the parent of %s", span).containsKey(parent);
        return path(byId.get(parent), byId) + " > " + name(span);
    }

    /** What calls what; a call and the answer to it are two spans. */
    private static Set<String> paths(List<JsonNode> spans) {
        // what is repeated after a failure is another span
        Map<String, JsonNode> byId = new HashMap<>();
        spans.forEach(span -> byId.put(span.get("id").stringValue(), span));
        return spans.stream().map(span -> path(span, byId)).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> pipeline(String begin) {
        String[] steps = {"collector append", "collector drive",
            "collector post /v1/metering/collected/usage/batches", "meter post /v1/metering/collected/usage/batches",
            "meter post /v1/metering/metered/usage/batches", "accumulator post /v1/metering/metered/usage/batches",
            "accumulator post /v1/metering/accumulated/usage/batches", "aggregator post /v1/metering/accumulated/usage/batches"};
        Set<String> paths = new TreeSet<>();
        String path = begin;
        if (!begin.isEmpty()) {
            paths.add(path);
        }
        for (int i = begin.isEmpty() ? 1 : 0; i < steps.length; i++) {
            path = path.isEmpty() ? steps[i] : path + " > " + steps[i];
            paths.add(path);
        }
        return paths;
    }

    private static final String POST = "collector post /v1/metering/collected/usage";

    @Test
    void oneTraceLeadsFromThePostThroughTheLogToTheAggregate() {
        String traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
        assertThat(stack.post(Stack.USAGE, usage("w3c", "1"), "traceparent", "00-" + traceId + "-" + CALLER + "-01")
                .statusCode()).isEqualTo(202);
        List<JsonNode> spans = trace(traceId, PIPELINE_SPANS);
        assertThat(paths(spans)).isEqualTo(pipeline(POST));
        assertThat(spans).hasSize(PIPELINE_SPANS).allMatch(span -> span.get("duration").longValue() >= 0);
        assertThat(spans.stream().map(span -> span.get("localEndpoint").get("serviceName").stringValue()))
                .containsAll(PIPELINE);
        assertThat(spans.toString()).as("names nobody").doesNotContain("w3c", "shop", "cart", "bucket");
    }

    @Test
    void b3IsUnderstoodInOneHeaderAndInSeveral() {
        String one = "80f198ee56343ba864fe8b2a57d3eff7";
        String several = "463ac35c9f6413ad48485a3953bb6124";
        String shorter = "a3ce929d0e0e4736";
        stack.post(Stack.USAGE, usage("b3", "1"), "b3", one + "-" + CALLER + "-1");
        stack.post(Stack.USAGE, usage("b3", "2"), "X-B3-TraceId", several, "X-B3-SpanId", CALLER, "X-B3-Sampled", "1");
        stack.post(Stack.USAGE, usage("b3", "3"), "X-B3-TraceId", shorter, "X-B3-SpanId", CALLER, "X-B3-Flags", "1");
        for (String traceId : List.of(one, several, shorter)) {
            assertThat(paths(trace(traceId, PIPELINE_SPANS))).as(traceId).isEqualTo(pipeline(POST));
        }
    }

    @Test
    void allTracesOfABatchAreContinued() {
        String first = "11111111111111111111111111111111";
        String second = "22222222222222222222222222222222";
        stack.accepted(usage("batch", "0"));
        int partition = stack.log().partition("batch");
        LoggedUsage known = segments(partition).get(0).usage().get(0);
        List<LoggedUsage> together = new ArrayList<>();
        for (String traceId : List.of(first, second)) {
            together.add(new LoggedUsage(known.origin(), known.pin(), known.measuredUsage(), traceId, null,
                    null, "00-" + traceId + "-" + CALLER + "-01"));
        }
        assertThat(stack.log().append(partition, together).join())
                .allMatch(appended -> appended instanceof UsageLog.Appended.Accepted);
        for (String traceId : List.of(first, second)) {
            assertThat(paths(trace(traceId, PIPELINE_SPANS - 2))).as(traceId).isEqualTo(pipeline(""));
        }
    }

    @Test
    void whatIsNotSampledLeavesNoTraceAndNoByte() {
        String not = "33333333333333333333333333333333";
        String yes = "44444444444444444444444444444444";
        stack.post(Stack.USAGE, usage("quiet", "1"), "traceparent", "00-" + not + "-" + CALLER + "-00");
        stack.post(Stack.USAGE, usage("quiet", "2"));
        stack.post(Stack.USAGE, usage("quiet", "3"), "traceparent", "00-" + yes + "-" + CALLER + "-01");
        trace(yes, PIPELINE_SPANS);
        assertThat(zipkin.spans(not)).isEmpty();
        List<LoggedUsage> logged = segments(stack.log().partition("quiet")).stream()
                .flatMap(segment -> segment.usage().stream()).filter(usage -> usage.origin().organizationId().equals("quiet"))
                .toList();
        assertThat(logged).extracting(LoggedUsage::dedupId).containsExactly("1", "2", "3");
        assertThat(logged.get(0).trace()).isNull();
        assertThat(logged.get(1).trace()).isNull();
        assertThat(logged.get(2).trace()).startsWith("00-" + yes).endsWith("-01");
    }

    @Test
    void aReportIsRecordedWithAllThatItReads() {
        String traceId = "55555555555555555555555555555555";
        stack.accepted(usage("reported", "1"));
        HttpResponse<String> answer = stack.reported("/v1/metering/organizations/reported/aggregated/usage?depth=instance",
                "traceparent", "00-" + traceId + "-" + CALLER + "-01");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        String report = "reporting get /v1/metering/organizations/{organization_id}/aggregated/usage";
        String totals = "/v1/metering/aggregated/usage/organization";
        String instances = "/v1/metering/accumulated/usage/instances";
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).untilAsserted(() ->
                assertThat(paths(zipkin.spans(traceId))).contains(report,
                        report + " > reporting get " + totals + " > aggregator get " + totals,
                        report + " > reporting report consumers > reporting post " + instances + " > accumulator post " + instances));
    }

    @Test
    void aProblemNamesTheTraceItBelongsTo() {
        String traceId = "66666666666666666666666666666666";
        for (String flags : List.of("00", "01")) {
            HttpResponse<String> answer = stack.post(Stack.USAGE, "{", "traceparent",
                    "00-" + traceId + "-" + CALLER + "-" + flags);
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(Json.shared().readTree(answer.body()).get("trace_id").stringValue()).isEqualTo(traceId);
        }
        JsonNode recorded = trace(traceId, 1).get(0);
        assertThat(recorded.get("tags").get("http.status_code").stringValue()).isEqualTo("400");
    }

    private static List<Segment> segments(int partition) {
        return LongStream.iterate(0, n -> n + 1).mapToObj(n -> stack.log().read(partition, n))
                .takeWhile(Optional::isPresent).map(Optional::get).toList();
    }
}
