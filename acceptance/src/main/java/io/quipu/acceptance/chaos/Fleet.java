package io.quipu.acceptance.chaos;

import io.quipu.acceptance.chaos.Topology.Call;
import io.quipu.acceptance.process.Ports;
import io.quipu.acceptance.process.ServiceProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.random.RandomGenerator.SplittableGenerator;

/** The five services as processes, and the links through which they call each other. */
final class Fleet implements AutoCloseable {

    /** How old usage may be: what ends around the last month's border is always within it. */
    static final Duration SLACK = Duration.ofDays(33);

    /**
     * Each stage gives up sooner than a stopped neighbour goes on or a held back answer comes, so that answers do get lost;
     * and tries again soon, so that there is much to get wrong.
     */
    private static final List<String> PROPERTIES = List.of("--quipu.slack=" + SLACK,
            "--quipu.append-timeout=PT2S",
            "--quipu.meter.response-timeout=PT3S",
            "--quipu.accumulator.response-timeout=PT2.2S",
            "--quipu.aggregator.response-timeout=PT1.5S",
            "--quipu.breaker.open=PT0.5S",
            "--quipu.drive.backoff-longest=PT1S",
            "--quipu.reporting.response-timeout=2s",
            "--quipu.reporting.breaker-open=500ms");

    private final Map<String, ServiceProcess> services = new LinkedHashMap<>();
    private final List<Link> links = new ArrayList<>();
    private final List<Disturbances> disturbances = new ArrayList<>();

    /** Opens the links; no service runs yet. */
    Fleet(ChaosOptions options, SplittableGenerator random, Tally tally, Pause pause) throws IOException {
        Topology topology = new Topology(options.offset());
        try {
            for (Call call : Topology.CALLS) {
                Disturbances ofLink = new Disturbances(call.disturbed(), random.split());
                disturbances.add(ofLink);
                links.add(Link.open(call.name(), topology.port(call), topology.port(call.service()), ofLink, tally, pause));
            }
        } catch (IOException e) {
            close();
            throw new IOException("a port between " + topology.port(Topology.CALLS.get(0)) + " and "
                    + topology.port(Topology.CALLS.get(Topology.CALLS.size() - 1)) + " is taken by another program; choose "
                    + "other ports with --offset N", e);
        }
        Files.createDirectories(options.data().resolve("logs"));
        Files.createDirectories(options.data().resolve("run"));
        Files.writeString(options.data().resolve("run").resolve("offset"), options.offset() + "\n");
        for (String name : Ports.SERVICES) {
            services.put(name, new ServiceProcess(name, topology.port(name), command(name, options, topology),
                    Files.createDirectories(options.data().resolve(name)), options.data()));
        }
    }

    private static List<String> command(String service, ChaosOptions options, Topology topology) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options.javaOptions().trim().split("\\s+")));
        command.removeIf(String::isEmpty);
        command.addAll(List.of("-jar", options.apps().resolve(service).resolve("quipu-" + service + ".jar").toString(),
                "--server.address=127.0.0.1", "--server.port=" + topology.port(service)));
        for (Call call : Topology.CALLS) {
            if (call.caller().equals(service)) {
                command.add("--quipu." + call.service() + ".url=http://127.0.0.1:" + topology.port(call));
            }
        }
        command.addAll(PROPERTIES);
        return command;
    }

    /** The services, in the order in which they are started. */
    List<ServiceProcess> services() {
        return List.copyOf(services.values());
    }

    List<Link> links() {
        return List.copyOf(links);
    }

    /** Starts all that do not run. */
    void start() throws IOException {
        for (ServiceProcess service : services.values()) {
            service.start();
        }
    }

    /** From now on the links pass everything. */
    void quiet() {
        disturbances.forEach(Disturbances::quiet);
    }

    /** Those that have not become ready within that time. */
    List<String> notReady(Duration patience, Function<ServiceProcess, Boolean> ready, Pause pause)
            throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        List<String> waiting = new ArrayList<>();
        do {
            waiting.clear();
            services.values().stream().filter(service -> !ready.apply(service)).map(ServiceProcess::name)
                    .forEach(waiting::add);
            if (!waiting.isEmpty()) {
                pause.of(Duration.ofMillis(200));
            }
        } while (!waiting.isEmpty() && System.nanoTime() < deadline);
        return waiting;
    }

    /** Closes the links and kills whatever still runs. */
    @Override
    public void close() {
        links.forEach(Link::close);
        services.values().forEach(ServiceProcess::close);
    }
}
