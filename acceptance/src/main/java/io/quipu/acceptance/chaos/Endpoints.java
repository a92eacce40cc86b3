package io.quipu.acceptance.chaos;

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

/**
 * The services' HTTP faces. Usage is posted through the link before the collector; everything else goes to the services
 * themselves, so that what is found out about them is not disturbed. Thread-safe.
 */
final class Endpoints {

    private static final String USAGE = "/v1/metering/collected/usage";
    /** Shorter than a service can be stopped for, so that answers do get lost. */
    private static final Duration CLIENT_TIMEOUT = Duration.ofSeconds(3);
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final Duration HEALTH_TIMEOUT = Duration.ofSeconds(2);

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2)).build();
    private final Topology topology;

    Endpoints(Topology topology) {
        this.topology = topology;
    }

    /** Posts usage as a client does: through the link, impatiently. */
    HttpResponse<String> postUsage(String body) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(uri(topology.port(Topology.CALLS.get(0)), USAGE)).timeout(CLIENT_TIMEOUT)
                .header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** Sends JSON, or nothing, to the collector. */
    HttpResponse<String> send(String method, String path, Object body) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(uri(topology.port(Ports.COLLECTOR), path)).timeout(TIMEOUT)
                .header("Content-Type", "application/json").method(method, body == null
                        ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofByteArray(Json.write(body)))
                .build(), HttpResponse.BodyHandlers.ofString());
    }

    /** GETs a path of a service. */
    HttpResponse<String> get(String service, String path) throws IOException, InterruptedException {
        return get(service, path, TIMEOUT);
    }

    private HttpResponse<String> get(String service, String path, Duration timeout)
            throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(uri(topology.port(service), path)).timeout(timeout).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** GETs what reporting says about an organization. */
    HttpResponse<String> ofOrganization(String organizationId, String suffix) throws IOException, InterruptedException {
        return get(Ports.REPORTING, "/v1/metering/organizations/" + Keys.encode(organizationId) + suffix);
    }

    boolean ready(String service) throws InterruptedException {
        try {
            return get(service, "/actuator/health", HEALTH_TIMEOUT).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Usages that are accepted and not driven yet; some, as long as the collector does not tell. */
    BigDecimal backlog() throws InterruptedException {
        try {
            return get(Ports.COLLECTOR, "/actuator/prometheus").body().lines()
                    .filter(line -> line.startsWith("quipu_collector_backlog_usages"))
                    .map(line -> new BigDecimal(line.substring(line.lastIndexOf(' ') + 1)))
                    .reduce(BigDecimal::add).orElse(BigDecimal.ONE);
        } catch (IOException notYet) {
            return BigDecimal.ONE;
        }
    }

    private static URI uri(int port, String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }
}
