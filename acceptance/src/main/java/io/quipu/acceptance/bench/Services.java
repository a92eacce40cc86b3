package io.quipu.acceptance.bench;

import io.quipu.acceptance.process.Ports;
import io.quipu.acceptance.process.ServiceProcess;
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
import java.util.stream.Stream;

/** The five services as processes with data of their own, and what they say about themselves. */
final class Services implements AutoCloseable {

    /** So that usage of the month before is taken. */
    static final Duration SLACK = Duration.ofDays(70);

    private static final Duration READY = Duration.ofSeconds(120);
    private static final Duration GRACE = Duration.ofSeconds(15);
    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final Duration HEALTH_TIMEOUT = Duration.ofSeconds(2);
    private static final long POLL_MILLIS = 50;

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2)).build();
    private final BenchOptions options;
    private final Ports ports;
    private final Map<String, ServiceProcess> processes = new LinkedHashMap<>();

    /** None of them runs yet. */
    Services(BenchOptions options) throws IOException {
        this.options = options;
        this.ports = new Ports(options.offset());
        Files.createDirectories(options.data().resolve("logs"));
        Files.createDirectories(options.data().resolve("run"));
        Files.writeString(options.data().resolve("run").resolve("offset"), options.offset() + "\n");
        for (String name : Ports.SERVICES) {
            processes.put(name, new ServiceProcess(name, ports.of(name), command(name),
                    Files.createDirectories(options.data().resolve(name)), options.data()));
        }
    }

    private List<String> command(String service) {
        List<String> command = options.java();
        command.addAll(List.of("-jar", options.apps().resolve(service).resolve("quipu-" + service + ".jar").toString(),
                "--server.address=127.0.0.1", "--server.port=" + ports.of(service), "--quipu.slack=" + SLACK));
        for (String other : List.of(Ports.METER, Ports.ACCUMULATOR, Ports.AGGREGATOR, Ports.COLLECTOR)) {
            command.add("--quipu." + other + ".url=http://127.0.0.1:" + ports.of(other));
        }
        return command;
    }

    /** Starts all and waits until each is ready; answers how long that took, in seconds. */
    double start() throws IOException, InterruptedException {
        long begin = System.nanoTime();
        for (ServiceProcess process : processes.values()) {
            process.start();
        }
        List<String> waiting = new ArrayList<>(processes.keySet());
        while (!waiting.isEmpty()) {
            for (ServiceProcess process : processes.values()) {
                if (process.died() || System.nanoTime() - begin > READY.toNanos()) {
                    throw new IOException(process.name() + " did not become ready; its log is " + process.log());
                }
            }
            Thread.sleep(POLL_MILLIS);
            List<String> ready = new ArrayList<>();
            for (String service : waiting) {
                if (ready(service)) {
                    ready.add(service);
                }
            }
            waiting.removeAll(ready);
        }
        return (System.nanoTime() - begin) / 1e9;
    }

    /** Ends all, the collector first. */
    void stop() throws InterruptedException {
        for (String name : List.of(Ports.COLLECTOR, Ports.REPORTING, Ports.METER, Ports.ACCUMULATOR, Ports.AGGREGATOR)) {
            processes.get(name).terminate(GRACE);
        }
    }

    /** Ends all and throws their data away. */
    void clear() throws InterruptedException, IOException {
        stop();
        for (String name : Ports.SERVICES) {
            Path directory = options.data().resolve(name);
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                    if (!file.equals(directory)) {
                        Files.deleteIfExists(file);
                    }
                }
            }
        }
    }

    private boolean ready(String service) throws InterruptedException {
        try {
            return send(HttpRequest.newBuilder(uri(service, "/actuator/health")).timeout(HEALTH_TIMEOUT)).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    int port(String service) {
        return ports.of(service);
    }

    long pid(String service) {
        return processes.get(service).pid();
    }

    /** Usages that are accepted and not in the reports yet. */
    long backlog() throws IOException, InterruptedException {
        return metric("quipu_collector_backlog_usages").longValueExact();
    }

    /** One metric of the collector, in the unit in which it is shown; asks for nothing else, which costs little. */
    BigDecimal metric(String name) throws IOException, InterruptedException {
        return Metrics.of(get(Ports.COLLECTOR, "/actuator/prometheus?includedNames=" + name)).value(name);
    }

    Metrics metrics(String service) throws IOException, InterruptedException {
        return Metrics.of(get(service, "/actuator/prometheus"));
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
        HttpResponse<String> answer = send(HttpRequest.newBuilder(uri(service, path)).timeout(TIMEOUT));
        if (answer.statusCode() != 200) {
            throw new IOException(service + " answered " + answer.statusCode() + " to " + path + ": " + answer.body());
        }
        return answer.body();
    }

    /** Sends a body, or none, to the collector. */
    void send(String method, String path, byte[] body) throws IOException, InterruptedException {
        HttpResponse<String> answer = send(HttpRequest.newBuilder(uri(Ports.COLLECTOR, path)).timeout(TIMEOUT)
                .header("Content-Type", "application/json").method(method, body == null
                        ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofByteArray(body)));
        if (answer.statusCode() / 100 != 2) {
            throw new IOException(method + " " + path + " was answered " + answer.statusCode() + ": " + answer.body());
        }
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private URI uri(String service, String path) {
        return URI.create("http://127.0.0.1:" + ports.of(service) + path);
    }

    /** Kills whatever still runs. */
    @Override
    public void close() {
        processes.values().forEach(ServiceProcess::close);
    }
}
