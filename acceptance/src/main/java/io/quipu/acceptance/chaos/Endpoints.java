package io.quipu.acceptance.chaos;

import io.quipu.acceptance.process.Instance;
import io.quipu.acceptance.process.Ports;
import io.quipu.common.usage.Keys;
import io.quipu.common.wire.Json;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The services' HTTP faces. Usage and what clients read go to the instances in turns, as through a platform's router: usage through
 * the links before the collectors, everything else to the services themselves, so that what is found out about them is not
 * disturbed. Thread-safe.
 */
final class Endpoints {

    private static final String USAGE = "/v1/metering/collected/usage";
    /** Shorter than a service can be stopped for, so that answers do get lost. */
    private static final Duration CLIENT_TIMEOUT = Duration.ofSeconds(3);
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final Duration HEALTH_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration METRIC_TIMEOUT = Duration.ofSeconds(5);

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2)).build();
    private final Topology topology;
    private final Roster roster;
    private final AtomicInteger turns = new AtomicInteger();

    Endpoints(Topology topology, Roster roster) {
        this.topology = topology;
        this.roster = roster;
    }

    /** Asks one instance. */
    @FunctionalInterface
    private interface Ask {
        HttpResponse<String> at(Instance instance) throws IOException, InterruptedException;
    }

    /** Posts usage as a client does: through the link, impatiently. */
    HttpResponse<String> postUsage(String body) throws IOException, InterruptedException {
        return routed(Ports.COLLECTOR, instance -> http.send(HttpRequest
                .newBuilder(uri(topology.port(Topology.CALLS.get(0), instance), USAGE)).timeout(CLIENT_TIMEOUT)
                .header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body)).build(),
                HttpResponse.BodyHandlers.ofString()));
    }

    /** The answer of the instance whose turn it is, or of the next one that lets the request in. */
    private HttpResponse<String> routed(String service, Ask ask) throws IOException, InterruptedException {
        List<Instance> instances = roster.of(service);
        int first = Math.floorMod(turns.getAndIncrement(), instances.size());
        for (int i = 0; i < instances.size() - 1; i++) {
            try {
                return ask.at(instances.get((first + i) % instances.size()));
            } catch (ConnectException refused) {
                // nothing was sent
            }
        }
        return ask.at(instances.get((first + instances.size() - 1) % instances.size()));
    }

    /** Sends JSON, or nothing, to a collector. */
    HttpResponse<String> send(String method, String path, Object body) throws IOException, InterruptedException {
        return routed(Ports.COLLECTOR, instance -> http.send(HttpRequest.newBuilder(uri(topology.port(instance), path))
                .timeout(TIMEOUT).header("Content-Type", "application/json").method(method, body == null
                        ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofByteArray(Json.write(body)))
                .build(), HttpResponse.BodyHandlers.ofString()));
    }

    /** GETs a path of a service. */
    HttpResponse<String> get(String service, String path) throws IOException, InterruptedException {
        return routed(service, instance -> get(instance, path, TIMEOUT));
    }

    private HttpResponse<String> get(Instance instance, String path, Duration timeout)
            throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(uri(topology.port(instance), path)).timeout(timeout).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** GETs what reporting says about an organization. */
    HttpResponse<String> ofOrganization(String organizationId, String suffix) throws IOException, InterruptedException {
        return get(Ports.REPORTING, "/v1/metering/organizations/" + Keys.encode(organizationId) + suffix);
    }

    boolean ready(Instance instance) throws InterruptedException {
        try {
            return get(instance, "/actuator/health", HEALTH_TIMEOUT).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Usages that are accepted and not driven yet, as the collector says that knows of most; some, as long as one does not tell. */
    BigDecimal backlog() throws InterruptedException {
        BigDecimal most = BigDecimal.ZERO;
        for (Instance collector : roster.of(Ports.COLLECTOR)) {
            most = most.max(metric(collector, "quipu_collector_backlog_usages").orElse(BigDecimal.ONE));
        }
        return most;
    }

    /** What an instance says of a metric, summed over its tags; empty when it does not know it, or does not answer. */
    Optional<BigDecimal> metric(Instance instance, String name) throws InterruptedException {
        try {
            // a counter is shown with an ending that is no part of its name
            return get(instance, "/actuator/prometheus?includedNames=" + name.replaceFirst("_total$", ""), METRIC_TIMEOUT)
                    .body().lines()
                    .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                    .map(line -> new BigDecimal(line.substring(line.lastIndexOf(' ') + 1)))
                    .reduce(BigDecimal::add);
        } catch (IOException notYet) {
            return Optional.empty();
        }
    }

    private static URI uri(int port, String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }
}
