package io.quipu.acceptance.bench;

import io.quipu.acceptance.process.Ports;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
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
    private static final int QUICK_MILLIS = 1_500;
    private static final long QUICK_USAGES = 5_000;

    private final BenchOptions options;
    private final Services services;
    private final MachineLimits limits;
    private final OperatingSystem system;
    private final Clock clock;
    private final PrintStream out;
    private final Results results;
    private boolean running;
    private boolean warm;

    /** What is to be done when the last request is answered. */
    @FunctionalInterface
    private interface Answered {
        void run() throws IOException, InterruptedException;
    }

    /** With services that do not run yet. */
    Run(BenchOptions options, Services services, MachineLimits limits, OperatingSystem system, Clock clock, PrintStream out) {
        this(options, services, limits, system, clock, out, new Results());
    }

    private Run(BenchOptions options, Services services, MachineLimits limits, OperatingSystem system, Clock clock,
            PrintStream out, Results results) {
        this.results = results;
        this.options = options;
        this.services = services;
        this.limits = limits;
        this.system = system;
        this.clock = clock;
        this.out = out;
    }

    /** The same with other services, which do not run yet; what is measured is kept together. */
    Run with(Services others) {
        return new Run(options, others, limits, system, clock, out, results);
    }

    BenchOptions options() {
        return options;
    }

    Services services() {
        return services;
    }

    MachineLimits limits() {
        return limits;
    }

    Results results() {
        return results;
    }

    Instant now() {
        return clock.instant();
    }

    Traffic traffic(Traffic.Shape shape) {
        return new Traffic(shape, options.seed());
    }

    /** How long something lasts in milliseconds: that long, or in a quick run the shorter. */
    Duration time(int millis, int quickMillis) {
        return Duration.ofMillis(options.quick() ? quickMillis : millis);
    }

    /** A closed loop for that long, or until there are so many usages; in a quick run for less than either. */
    Load.Order order(int connections, int batch, int seconds, long usages) {
        return new Load.Order(connections, batch, time(seconds * 1_000, QUICK_MILLIS), options.quick() ? QUICK_USAGES : usages,
                0);
    }

    void say(String line) {
        out.println(line);
    }

    /** Starts the services on no data; answers how long that took, in seconds. */
    double restart() throws IOException, InterruptedException {
        if (running) {
            services.clear();
        }
        running = true;
        warm = false;
        return services.start();
    }

    /** Starts the services on no data and warms them up. */
    void fresh() throws IOException, InterruptedException {
        restart();
        warm = true;
        Scenarios.warmUp(this);
    }

    /** Services that run and are warm. */
    void warm() throws IOException, InterruptedException {
        if (!running) {
            restart();
        }
        if (!warm) {
            warm = true;
            Scenarios.warmUp(this);
        }
    }

    /** Registers a plan. */
    void provide(Offer offer) throws IOException, InterruptedException {
        offer.provide(services);
    }

    /** Loads, without keeping what was measured; every usage is in the reports when this returns. */
    void drive(String name, Traffic traffic, Load.Order order) throws IOException, InterruptedException {
        Load load = new Load(traffic, services.ports(Ports.COLLECTOR), order);
        Unprocessed unprocessed = Unprocessed.of(services);
        post(name, load);
        awaitVisible(name, load, unprocessed);
    }

    /** Loads and measures; every usage is in the reports when this returns. */
    LoadResult load(String scenario, String label, Traffic traffic, Load.Order order)
            throws IOException, InterruptedException {
        return load(scenario, label, traffic, order, () -> { });
    }

    private LoadResult load(String scenario, String label, Traffic traffic, Load.Order order, Answered answered)
            throws IOException, InterruptedException {
        if (order.rate() == 0) {
            results.empty(limits.empty(order.connections(), order.batch(), time(4_000, 500)));
        }
        String name = label.isEmpty() ? scenario : scenario + " " + label;
        Load load = new Load(traffic, services.ports(Ports.COLLECTOR), order);
        Unprocessed unprocessed = Unprocessed.of(services);
        Map<String, Metrics> before = metrics();
        Resources first = Resources.now(system, services);
        post(name, load);
        answered.run();
        double visible = awaitVisible(name, load, unprocessed);
        Resources used = Resources.now(system, services).since(first);
        Map<String, Metrics> after = metrics();
        long usages = load.accepted();
        LoadResult result = new LoadResult(scenario, label, order.connections(), order.batch(), order.rate(), usages,
                load.requests(), load.repeated(), usages / load.seconds(), usages / visible,
                Math.max(0, visible - load.seconds()), Latencies.of(load.latencies()),
                LoadResult.perThousand(used, usages), used.services() * 1_000 / usages,
                used.store() * 1_000 / usages, used.generator() * 1_000 / usages, used.unexplained(),
                LoadResult.writes(before, after, used, usages), LoadResult.calls(before, after, usages),
                LoadResult.pauses(before, after), resident(false), resident(true));
        say(String.format(Locale.ROOT, "  %s: %,d usages, accepted %,.0f/s, visible %,.0f/s, CPU %.3f s per 1,000", name,
                usages, result.acceptedPerSecond(), result.visiblePerSecond(), result.cpuTotal()));
        results.add(result);
        return result;
    }

    /** Loads and measures, and looks at the age of usage meanwhile. */
    void aged(String scenario, Traffic traffic, Traffic probes, Load.Order order) throws IOException, InterruptedException {
        try (Age age = new Age(services.port(Ports.COLLECTOR), probes)) {
            age.start();
            load(scenario, "", traffic, order, () -> results.add(age.stop(scenario, order.rate())));
        }
        verify(probes);
    }

    /** Posts one request at a time, the next one when the one before is in the reports; counts the bytes that were written. */
    void oneAtATime(String scenario, String label, Traffic traffic, int batch, int times)
            throws IOException, InterruptedException {
        Map<String, Metrics> before = metrics();
        for (int i = 0; i < times; i++) {
            Load load = new Load(traffic, services.ports(Ports.COLLECTOR), Load.Order.all(1, batch, batch));
            Unprocessed unprocessed = Unprocessed.of(services);
            load.start();
            load.join();
            awaitVisible(scenario, load, unprocessed);
        }
        Map<String, Metrics> after = metrics();
        Map<String, Double> bytes = new TreeMap<>();
        for (String service : Ports.SERVICES) {
            BigDecimal written = after.get(service).since(before.get(service), LoadResult.WRITTEN_BYTES);
            if (written.signum() > 0) {
                bytes.put(service, written.doubleValue() / batch / times);
            }
        }
        results.add(new Written(scenario, label, traffic.shape().consumers(), (long) batch * times, bytes));
    }

    /** Reads the report of the traffic's first organization. */
    void report(String scenario, Traffic traffic, String depth, Duration time) throws IOException {
        results.add(Reports.read(scenario, this, traffic, depth, time));
    }

    /** Keeps what reports took. */
    void add(Reports.ReportResult report) {
        results.add(report);
    }

    /** All levels of the traffic must be in the reports of the month that has that end, and in which all were set. */
    void verifyLevels(Traffic traffic, long end) throws IOException, InterruptedException {
        lost(ReportedLevels.difference(services, traffic, end));
    }

    /** All usages of the traffic must be in the reports. */
    void verify(Traffic traffic) throws IOException, InterruptedException {
        lost(ReportedTotals.difference(services, traffic));
    }

    private static void lost(String difference) throws LostUsageException {
        if (difference != null) {
            throw new LostUsageException(difference);
        }
    }

    private void post(String name, Load load) throws IOException, InterruptedException {
        load.start();
        try {
            long shown = load.started();
            while (load.running()) {
                load.await(POLL_MILLIS);
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
    private double awaitVisible(String name, Load load, Unprocessed unprocessed) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + BACKLOG.toNanos();
        long shown = System.nanoTime();
        long empty = 0;
        long since = 0;
        while (true) {
            long backlog = unprocessed.usages(load);
            long now = System.nanoTime();
            since = empty == 0 ? now : since;
            empty = backlog == 0 ? empty + 1 : 0;
            if (empty == EMPTY_POLLS) {
                return (since - load.started()) / 1e9;
            }
            if (now - deadline > 0) {
                throw new IOException("the backlog is still " + backlog + " after " + BACKLOG.toMinutes() + " minutes");
            }
            if (now - shown > PROGRESS_NANOS) {
                shown = now;
                progress(name, load, backlog);
            }
            Thread.sleep(empty > 0 ? 1 : LAST_POLL_MILLIS);
        }
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

    /** The services' memory in MiB, now or at most ever; not a number where the operating system does not tell. */
    Map<String, Double> resident(boolean peak) {
        return Resources.resident(system, services, peak);
    }
}
