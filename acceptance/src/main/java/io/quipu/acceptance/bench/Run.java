package io.quipu.acceptance.bench;

import io.quipu.acceptance.process.Ports;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Puts loads on the services and measures what they do to them. */
final class Run {

    private static final Duration BACKLOG = Duration.ofMinutes(10);
    private static final long PROGRESS_NANOS = 2_000_000_000L;
    private static final long POLL_MILLIS = 500;
    private static final long LAST_POLL_MILLIS = 25;
    /** A partition that has just been opened may not have been counted yet. */
    private static final int EMPTY_POLLS = 3;
    private static final double MIB = 1_024.0;

    private final BenchOptions options;
    private final Services services;
    private final OperatingSystem system;
    private final PrintStream out;
    private final Results results;

    Run(BenchOptions options, Services services, OperatingSystem system, PrintStream out, Results results) {
        this.options = options;
        this.services = services;
        this.system = system;
        this.out = out;
        this.results = results;
    }

    BenchOptions options() {
        return options;
    }

    Services services() {
        return services;
    }

    OperatingSystem system() {
        return system;
    }

    Results results() {
        return results;
    }

    /** How long a load lasts: that long, or in a quick run the shorter. */
    Duration time(int seconds, int quickSeconds) {
        return Duration.ofSeconds(options.quick() ? quickSeconds : seconds);
    }

    void say(String line) {
        out.println(line);
    }

    /** Loads, without keeping what was measured. */
    void warmUp(String scenario, Traffic traffic, Load.Order order) throws IOException, InterruptedException {
        Load load = new Load(traffic, services.port(Ports.COLLECTOR), order);
        drive(scenario + " warm-up", load);
        awaitVisible(scenario + " warm-up", load);
    }

    /** Loads and measures; every usage is in the reports when this returns. */
    LoadResult load(String scenario, String label, Traffic traffic, Load.Order order)
            throws IOException, InterruptedException {
        String name = label.isEmpty() ? scenario : scenario + " " + label;
        Load load = new Load(traffic, services.port(Ports.COLLECTOR), order);
        Map<String, Metrics> before = metrics();
        Resources first = Resources.now(system, services);
        drive(name, load);
        double visible = awaitVisible(name, load);
        Resources used = Resources.now(system, services).since(first);
        Map<String, Metrics> after = metrics();
        long usages = load.accepted();
        LoadResult result = new LoadResult(scenario, label, order.connections(), order.batch(), order.rate(), usages,
                load.requests(), load.repeated(), usages / load.seconds(), usages / visible,
                Math.max(0, visible - load.seconds()), Latencies.of(load.latencies()),
                LoadResult.perThousand(used, usages), used.services() * 1_000 / usages,
                used.generator() * 1_000 / usages, used.unexplained(), LoadResult.writes(before, after, used, usages),
                LoadResult.pauses(before, after), resident(false), resident(true));
        say(String.format(Locale.ROOT, "%s: %,d usages, accepted %,.0f/s, visible %,.0f/s, CPU %.3f s per 1,000", name,
                usages, result.acceptedPerSecond(), result.visiblePerSecond(), result.cpuTotal()));
        results.add(result);
        return result;
    }

    /** All usages of the traffic must be in the reports. */
    void verify(Traffic traffic) throws IOException, InterruptedException {
        String difference = ReportedTotals.difference(services, traffic);
        if (difference != null) {
            throw new LostUsageException(difference);
        }
    }

    private void drive(String name, Load load) throws IOException, InterruptedException {
        load.start();
        try {
            long shown = load.started();
            while (load.running()) {
                Thread.sleep(POLL_MILLIS);
                if (System.nanoTime() - shown > PROGRESS_NANOS) {
                    shown = System.nanoTime();
                    progress(name, load, services.backlog());
                }
            }
            load.join();
        } finally {
            load.close();
        }
    }

    /** Waits until nothing is left to drive; answers how long after the first request that was, in seconds. */
    private double awaitVisible(String name, Load load) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + BACKLOG.toNanos();
        long shown = System.nanoTime();
        long empty = 0;
        long since = 0;
        while (empty < EMPTY_POLLS) {
            long backlog = services.backlog();
            long now = System.nanoTime();
            since = empty == 0 ? now : since;
            empty = backlog == 0 ? empty + 1 : 0;
            if (now - deadline > 0) {
                throw new IOException("the backlog is still " + backlog + " after " + BACKLOG.toMinutes() + " minutes");
            }
            if (now - shown > PROGRESS_NANOS) {
                shown = now;
                progress(name, load, backlog);
            }
            Thread.sleep(LAST_POLL_MILLIS);
        }
        return (since - load.started()) / 1e9;
    }

    private void progress(String name, Load load, long backlog) {
        double seconds = (System.nanoTime() - load.started()) / 1e9;
        long accepted = load.accepted();
        say(String.format(Locale.ROOT, "  %s %.0f s: accepted %,.0f/s, visible %,.0f/s, backlog %,d", name, seconds,
                accepted / seconds, Math.max(0, accepted - backlog) / seconds, backlog));
    }

    private Map<String, Metrics> metrics() throws IOException, InterruptedException {
        Map<String, Metrics> metrics = new TreeMap<>();
        for (String service : Ports.SERVICES) {
            metrics.put(service, services.metrics(service));
        }
        return metrics;
    }

    Map<String, Double> resident(boolean peak) {
        Map<String, Double> resident = new TreeMap<>();
        for (String service : Ports.SERVICES) {
            long pid = services.pid(service);
            resident.put(service, (peak ? system.peakResidentKib(pid) : system.residentKib(pid)) / MIB);
        }
        return resident;
    }
}
