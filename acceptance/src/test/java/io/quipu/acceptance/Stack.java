package io.quipu.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quipu.accumulator.AccumulatorApplication;
import io.quipu.acceptance.oracle.ReportSums;
import io.quipu.aggregator.AggregatorApplication;
import io.quipu.collector.CollectorApplication;
import io.quipu.collector.log.StoredUsageLog;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.wire.Json;
import io.quipu.meter.MeterApplication;
import io.quipu.reporting.ReportingApplication;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import tools.jackson.databind.JsonNode;

/** The five real services in this JVM, chained over HTTP on free ports, with a clock that a test may set. */
final class Stack implements AutoCloseable {

    static final String USAGE = "/v1/metering/collected/usage";

    private static final int AGGREGATOR = 0;
    private static final int ACCUMULATOR = 1;
    private static final int COLLECTOR = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HttpClient http = HttpClient.newHttpClient();
    private final List<ConfigurableApplicationContext> contexts = new ArrayList<>();
    private final Map<String, String> services = new LinkedHashMap<>();
    private final String collector;
    private final String aggregator;
    private final String reporting;

    Stack(Path data, Clock clock, String... properties) {
        aggregator = start(AggregatorApplication.application(), clock, data.resolve("aggregator"), properties);
        String accumulator = start(AccumulatorApplication.application(), clock, data.resolve("accumulator"),
                with(properties, "quipu.aggregator.url=" + aggregator));
        String meter = start(MeterApplication.application(), clock, data.resolve("meter"),
                with(properties, "quipu.accumulator.url=" + accumulator));
        collector = start(CollectorApplication.application(), clock, data.resolve("collector"),
                with(properties, "quipu.meter.url=" + meter, "quipu.accumulator.url=" + accumulator));
        reporting = start(ReportingApplication.application(), clock, data.resolve("reporting"),
                with(properties, "quipu.aggregator.url=" + aggregator, "quipu.accumulator.url=" + accumulator,
                        "quipu.collector.url=" + collector));
    }

    private String start(SpringApplication application, Clock clock, Path data, String... properties) {
        application.addInitializers(context ->
                ((GenericApplicationContext) context).registerBean("clock", Clock.class, () -> clock));
        List<String> arguments = new ArrayList<>(List.of("--server.port=0", "--server.address=127.0.0.1",
                "--quipu.data=" + data, "--spring.main.banner-mode=off", "--logging.level.root=warn"));
        for (String property : properties) {
            arguments.add("--" + property);
        }
        ConfigurableApplicationContext context = application.run(arguments.toArray(String[]::new));
        contexts.add(context);
        String url = "http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port");
        services.put(context.getEnvironment().getProperty("spring.application.name"), url);
        return url;
    }

    private static String[] with(String[] properties, String... more) {
        List<String> all = new ArrayList<>(List.of(properties));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    /** Posts a document, with further headers: names and values in turn. */
    HttpResponse<String> post(String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(collector + path))
                .header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body));
        return send((headers.length == 0 ? request : request.headers(headers)).build());
    }

    /** Puts a document. */
    HttpResponse<String> put(String path, String body) {
        return send(HttpRequest.newBuilder(URI.create(collector + path)).header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(body)).build());
    }

    HttpResponse<String> get(String path) {
        return send(HttpRequest.newBuilder(URI.create(collector + path)).build());
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Posts usages that must all be accepted, and waits until they are in every report. */
    void accepted(String body) {
        HttpResponse<String> answer = post(USAGE, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        settle();
    }

    /** Waits until the pipeline has nothing left to do. */
    void settle() {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20))
                .until(() -> metric(collector, "quipu_collector_backlog_usages").signum() == 0);
    }

    /** Bytes that the aggregator has handed to its store's engine. */
    BigDecimal aggregatorBytes() {
        return metric(aggregator, "quipu_store_written_bytes_total");
    }

    /** What a service shows to Prometheus. */
    Scrape scrape(String service) {
        return new Scrape(actuator(service, "prometheus").body());
    }

    HttpResponse<String> actuator(String service, String endpoint) {
        return send(HttpRequest.newBuilder(URI.create(services.get(service) + "/actuator/" + endpoint)).build());
    }

    BigDecimal collectorMetric(String name) {
        return metric(collector, name);
    }

    private BigDecimal metric(String service, String name) {
        String metrics = send(HttpRequest.newBuilder(URI.create(service + "/actuator/prometheus")).build()).body();
        return metrics.lines().filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                .map(line -> new BigDecimal(line.substring(line.lastIndexOf(' ') + 1)))
                .reduce(BigDecimal::add)
                .orElseThrow(() -> new AssertionError("no metric " + name + " in\n" + metrics));
    }

    /** An organization's report, every total of which equals the sum of its children. */
    JsonNode report(String organizationId, String suffix) {
        HttpResponse<String> answer = send(HttpRequest.newBuilder(URI.create(reporting
                + "/v1/metering/organizations/" + organizationId + "/aggregated/usage" + suffix)).build());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        JsonNode report = Json.shared().readTree(answer.body());
        assertThat(report.get("settled").booleanValue()).isTrue();
        assertThat(ReportSums.differences(report)).isEmpty();
        return report;
    }

    /** What reporting answers, with headers: names and values in turn. */
    HttpResponse<String> reported(String path, String... headers) {
        return send(HttpRequest.newBuilder(URI.create(reporting + path)).headers(headers).build());
    }

    /** Whether an organization's month is what its log adds up to. */
    JsonNode audit(String organizationId, String month) {
        HttpResponse<String> answer = send(HttpRequest.newBuilder(URI.create(reporting
                + "/v1/metering/organizations/" + organizationId + "/audit/" + month)).build());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Json.shared().readTree(answer.body());
    }

    /** The documents of organizations and consumers. */
    DocumentStore aggregatorStore() {
        return contexts.get(AGGREGATOR).getBean(DocumentStore.class);
    }

    /** The documents of instances. */
    DocumentStore accumulatorStore() {
        return contexts.get(ACCUMULATOR).getBean(DocumentStore.class);
    }

    /** The collector's log, to append to without asking the intake. */
    StoredUsageLog log() {
        return contexts.get(COLLECTOR).getBean(StoredUsageLog.class);
    }

    /** The elements of {@code measured_usage}, from measures and their quantities by turns. */
    static String measured(String... measures) {
        List<String> measured = new ArrayList<>();
        for (int i = 0; i < measures.length; i += 2) {
            measured.add("{\"measure\":\"" + measures[i] + "\",\"quantity\":" + measures[i + 1] + "}");
        }
        return String.join(",", measured);
    }

    @Override
    public void close() {
        for (int i = contexts.size() - 1; i >= 0; i--) {
            contexts.get(i).close();
        }
    }
}
