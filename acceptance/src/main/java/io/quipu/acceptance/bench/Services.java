package io.quipu.acceptance.bench;

import io.quipu.acceptance.process.Instance;
import io.quipu.acceptance.process.Place;
import io.quipu.acceptance.process.Ports;
import io.quipu.acceptance.process.ServiceProcess;
import io.quipu.acceptance.process.StoreServer;
import io.quipu.common.usage.Keys;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A deployment of the five services as processes with data of their own, and what they say about themselves. */
final class Services implements AutoCloseable {

    /** So that usage of the month before is taken. */
    static final Duration SLACK = Duration.ofDays(70);

    private static final Duration READY = Duration.ofSeconds(120);
    private static final Duration GRACE = Duration.ofSeconds(15);
    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final Duration HEALTH_TIMEOUT = Duration.ofSeconds(2);
    private static final long POLL_MILLIS = 50;
    private static final String DRIVEN = "quipu_driver_usages";

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2)).build();
    private final BenchOptions options;
    private final Deployment deployment;
    private final Ports ports;
    private final Optional<StoreServer> store;
    private final Map<Instance, ServiceProcess> processes = new LinkedHashMap<>();

    /** None of them runs yet. */
    Services(BenchOptions options, Deployment deployment) throws IOException {
        this.options = options;
        this.deployment = deployment;
        Place place = options.place();
        this.ports = new Ports(place.offset());
        this.store = deployment.shared() ? Optional.of(new StoreServer(place, deployment.store())) : Optional.empty();
        place.prepare();
        for (Instance instance : deployment.all()) {
            List<String> properties = new ArrayList<>(List.of("--quipu.slack=" + SLACK));
            for (String other : List.of(Ports.METER, Ports.ACCUMULATOR, Ports.AGGREGATOR, Ports.COLLECTOR)) {
                properties.add("--quipu." + other + ".url=" + ports(other).stream()
                        .map(port -> "http://127.0.0.1:" + port).collect(Collectors.joining(",")));
            }
            store.ifPresent(server -> properties.addAll(server.properties(instance.service())));
            processes.put(instance, place.service(instance, properties));
        }
    }

    Deployment deployment() {
        return deployment;
    }

    /** Starts all and waits until each is ready; answers how long that took, in seconds. */
    double start() throws IOException, InterruptedException {
        long begin = System.nanoTime();
        if (store.isPresent()) {
            store.get().start(READY);
        }
        for (ServiceProcess process : processes.values()) {
            process.start();
        }
        List<Instance> waiting = new ArrayList<>(processes.keySet());
        while (!waiting.isEmpty()) {
            for (ServiceProcess process : processes.values()) {
                if (process.died() || System.nanoTime() - begin > READY.toNanos()) {
                    throw new IOException(process.name() + " did not become ready; its log is " + process.log());
                }
            }
            Thread.sleep(POLL_MILLIS);
            List<Instance> ready = new ArrayList<>();
            for (Instance instance : waiting) {
                if (ready(instance)) {
                    ready.add(instance);
                }
            }
            waiting.removeAll(ready);
        }
        return (System.nanoTime() - begin) / 1e9;
    }

    /** Ends all, the collectors first and what they share last. */
    void stop() throws InterruptedException {
        for (String name : List.of(Ports.COLLECTOR, Ports.REPORTING, Ports.METER, Ports.ACCUMULATOR, Ports.AGGREGATOR)) {
            for (Instance instance : deployment.of(name)) {
                processes.get(instance).terminate(GRACE);
            }
        }
        if (store.isPresent()) {
            store.get().stop();
        }
    }

    /** Ends all and throws their data away. */
    void clear() throws InterruptedException, IOException {
        stop();
        for (Instance instance : processes.keySet()) {
            Path directory = options.place().data().resolve(instance.name());
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                    if (!file.equals(directory)) {
                        Files.deleteIfExists(file);
                    }
                }
            }
        }
    }

    private boolean ready(Instance instance) throws InterruptedException {
        try {
            return send(HttpRequest.newBuilder(uri(instance, "/actuator/health")).timeout(HEALTH_TIMEOUT)).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** The port of the first instance of a service. */
    int port(String service) {
        return ports(service).get(0);
    }

    /** The ports of all instances of a service. */
    List<Integer> ports(String service) {
        return deployment.of(service).stream().map(ports::of).toList();
    }

    /** The process ids of all instances of a service. */
    List<Long> pids(String service) {
        return deployment.of(service).stream().map(instance -> processes.get(instance).pid()).toList();
    }

    /** The process id of the store server, if there is one. */
    List<Long> storePids() {
        return store.map(StoreServer::pid).stream().toList();
    }

    /** Usages that are accepted and not in the reports yet; shared ones, as of a few seconds ago. */
    long backlog() throws IOException, InterruptedException {
        return metric("quipu_collector_backlog_usages").longValueExact();
    }

    /** Usages that are in the reports, of all that the instances that run now have driven. */
    long processed() throws IOException, InterruptedException {
        long processed = 0;
        for (Instance collector : deployment.of(Ports.COLLECTOR)) {
            processed += get(collector, "/actuator/prometheus?includedNames=" + DRIVEN).lines()
                    .filter(line -> line.startsWith(DRIVEN + "_total{") && line.contains("result=\"processed\""))
                    .mapToLong(line -> new BigDecimal(line.substring(line.lastIndexOf(' ') + 1)).longValueExact()).sum();
        }
        return processed;
    }

    /** One metric of the first collector, in the unit in which it is shown; asks for nothing else, which costs little. */
    BigDecimal metric(String name) throws IOException, InterruptedException {
        return Metrics.of(get(Ports.COLLECTOR, "/actuator/prometheus?includedNames=" + name)).value(name);
    }

    /** What all instances of a service say, summed. */
    Metrics metrics(String service) throws IOException, InterruptedException {
        StringBuilder all = new StringBuilder();
        for (Instance instance : deployment.of(service)) {
            all.append(get(instance, "/actuator/prometheus")).append('\n');
        }
        return Metrics.of(all.toString());
    }

    /** The report of an organization as of now. */
    String report(String organizationId, String depth) throws IOException, InterruptedException {
        return get(Ports.REPORTING, reportPath(organizationId, depth));
    }

    /** The report of an organization as of a time, milliseconds since the epoch. */
    String report(String organizationId, String depth, long time) throws IOException, InterruptedException {
        return get(Ports.REPORTING, reportPath(organizationId, depth, time));
    }

    static String reportPath(String organizationId, String depth) {
        return reports(organizationId) + "?depth=" + depth;
    }

    static String reportPath(String organizationId, String depth, long time) {
        return reports(organizationId) + "/" + time + "?depth=" + depth;
    }

    private static String reports(String organizationId) {
        return "/v1/metering/organizations/" + Keys.encode(organizationId) + "/aggregated/usage";
    }

    private String get(String service, String path) throws IOException, InterruptedException {
        return get(deployment.of(service).get(0), path);
    }

    private String get(Instance instance, String path) throws IOException, InterruptedException {
        HttpResponse<String> answer = send(HttpRequest.newBuilder(uri(instance, path)).timeout(TIMEOUT));
        if (answer.statusCode() != 200) {
            throw new IOException(instance.name() + " answered " + answer.statusCode() + " to " + path + ": " + answer.body());
        }
        return answer.body();
    }

    /** Sends a body, or none, to the first collector. */
    void send(String method, String path, byte[] body) throws IOException, InterruptedException {
        HttpResponse<String> answer = send(HttpRequest.newBuilder(uri(deployment.of(Ports.COLLECTOR).get(0), path)).timeout(TIMEOUT)
                .header("Content-Type", "application/json").method(method, body == null
                        ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofByteArray(body)));
        if (answer.statusCode() / 100 != 2) {
            throw new IOException(method + " " + path + " was answered " + answer.statusCode() + ": " + answer.body());
        }
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private URI uri(Instance instance, String path) {
        return URI.create("http://127.0.0.1:" + ports.of(instance) + path);
    }

    /** Kills whatever still runs. */
    @Override
    public void close() {
        processes.values().forEach(ServiceProcess::close);
        store.ifPresent(StoreServer::close);
    }
}
