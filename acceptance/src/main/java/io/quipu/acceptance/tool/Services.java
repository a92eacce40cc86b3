package io.quipu.acceptance.tool;

import io.quipu.acceptance.process.Ports;
import io.quipu.common.usage.Keys;
import io.quipu.common.wire.Json;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** The running services of a stack, as the tools see them. */
final class Services {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final Duration AUDIT_TIMEOUT = Duration.ofMinutes(30);
    private static final Duration POLL = Duration.ofMillis(200);

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5)).build();
    private final URI collector;
    private final URI reporting;

    /** The services on this machine, on their usual ports plus an offset. */
    Services(int offset) {
        this(at(offset, Ports.COLLECTOR), at(offset, Ports.REPORTING));
    }

    Services(URI collector, URI reporting) {
        this.collector = collector;
        this.reporting = reporting;
    }

    private static URI at(int offset, String service) {
        return URI.create("http://127.0.0.1:" + new Ports(offset).of(service));
    }

    /** Posts usage documents, one or a JSON array. */
    HttpResponse<String> submit(String body) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(collector.resolve("/v1/metering/collected/usage")).timeout(TIMEOUT)
                .header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** The report of an organization as of a time, or as of now. */
    JsonNode report(String organizationId, Optional<Long> time) throws IOException, InterruptedException {
        String path = "/v1/metering/organizations/" + Keys.encode(organizationId) + "/aggregated/usage"
                + time.map(t -> "/" + t).orElse("");
        HttpResponse<String> answer = get(reporting.resolve(path));
        if (answer.statusCode() != 200) {
            throw new ToolException("the report of " + organizationId + " failed with " + answer.statusCode() + ": "
                    + answer.body());
        }
        return Json.shared().readTree(answer.body());
    }

    /** The first page of what runs in an organization, of one resource or of all. */
    JsonNode running(String organizationId, Optional<String> resourceId) throws IOException, InterruptedException {
        return running("/v1/metering/organizations/" + Keys.encode(organizationId) + "/running"
                + resourceId.map(id -> "?resource_id=" + Keys.encode(id)).orElse(""));
    }

    /** The page of what runs that a link leads to. */
    JsonNode running(String link) throws IOException, InterruptedException {
        HttpResponse<String> answer = get(reporting.resolve(link));
        if (answer.statusCode() != 200) {
            throw new ToolException("what runs cannot be told, " + answer.statusCode() + ": " + answer.body());
        }
        return Json.shared().readTree(answer.body());
    }

    /** The audit of an organization's month, such as {@code 2026-11}. */
    JsonNode audit(String organizationId, String month) throws IOException, InterruptedException {
        HttpResponse<String> answer = get(reporting.resolve("/v1/metering/organizations/" + Keys.encode(organizationId)
                + "/audit/" + Keys.encode(month)), AUDIT_TIMEOUT);
        if (answer.statusCode() != 200) {
            throw new ToolException("the audit of " + organizationId + " failed with " + answer.statusCode() + ": "
                    + answer.body());
        }
        return Json.shared().readTree(answer.body());
    }

    /** Usages that are accepted but not yet in the reports. */
    BigDecimal backlog() throws IOException, InterruptedException {
        return collectorMetric("quipu_collector_backlog_usages");
    }

    /** Waits until the backlog is empty. */
    void awaitEmptyBacklog(Duration patience) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        BigDecimal backlog = backlog();
        while (backlog.signum() != 0) {
            if (System.nanoTime() > deadline) {
                throw new ToolException("the backlog is still " + backlog + " after " + patience);
            }
            Thread.sleep(POLL.toMillis());
            backlog = backlog();
        }
    }

    /** A metric of the collector, summed over its labels. */
    BigDecimal collectorMetric(String name) throws IOException, InterruptedException {
        return get(collector.resolve("/actuator/prometheus")).body().lines()
                .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                .map(line -> new BigDecimal(line.substring(line.lastIndexOf(' ') + 1)))
                .reduce(BigDecimal::add)
                .orElseThrow(() -> new ToolException("the collector has no metric " + name));
    }

    private HttpResponse<String> get(URI uri) throws IOException, InterruptedException {
        return get(uri, TIMEOUT);
    }

    private HttpResponse<String> get(URI uri, Duration timeout) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(uri).timeout(timeout).build(), HttpResponse.BodyHandlers.ofString());
    }
}
