package io.quipu.acceptance.bench;

import io.quipu.common.wire.Json;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.ObjectWriter;

/** A benchmark: measures the machine's limits, starts the services, runs scenarios, and says what came out. */
public final class Bench {

    /** What every figure is measured with. */
    private static final Map<String, Object> SETTINGS = settings();

    private final BenchOptions options;
    private final Clock clock;
    private final PrintStream out;
    private final OperatingSystem system = new OperatingSystem();

    private Bench(BenchOptions options, Clock clock, PrintStream out) {
        this.options = options;
        this.clock = clock;
        this.out = out;
    }

    /** Prints the scenarios' names, and what each is. */
    public static void list(PrintStream out) {
        Scenarios.NAMES.forEach((name, scenario) -> out.printf("%-16s %s%n", name, scenario.what()));
    }

    /**
     * Runs, prints what was measured, and writes it down.
     *
     * @param clock the time of the usage; the services read the machine's
     * @return whether every limit of which something was measured is kept, or the run was a quick one
     * @throws IOException when it could not be measured, or a usage was lost; what was measured before is printed and written
     */
    public static boolean run(BenchOptions options, Clock clock, PrintStream out)
            throws IOException, InterruptedException {
        return new Bench(options, clock, out).run();
    }

    private boolean run() throws IOException, InterruptedException {
        Machine machine = Machine.here(system);
        out.println(machine.text());
        if (!machine.measurable()) {
            out.println("this machine has no /proc: CPU, memory and bytes to disk are not measured; those figures need Linux");
        }
        String failure = null;
        try (Services services = new Services(options, Deployment.EMBEDDED); MachineLimits limits = new MachineLimits(options, system)) {
            // The command may be interrupted at any time: no process stays behind.
            Runtime.getRuntime().addShutdownHook(new Thread(services::close));
            Runtime.getRuntime().addShutdownHook(new Thread(limits::close));
            Run run = new Run(options, services, limits, system, clock, out);
            try {
                measure(run);
                services.stop();
            } catch (IOException | RuntimeException e) {
                failure = e.getMessage() == null ? e.toString() : e.getMessage();
                throw e;
            } finally {
                report(run.results(), machine, failure);
            }
            if (options.quick()) {
                out.println("\na quick run is too short to judge by; it only shows that everything works");
            }
            return options.quick() || Verdict.of(run.results()).reached();
        }
    }

    private void measure(Run run) throws IOException, InterruptedException {
        out.println("the machine's own limits");
        Duration time = run.time(3_000, 500);
        Path store = options.place().data().resolve("store");
        run.results().limits(MachineLimits.parse(time), MachineLimits.store(store, time));
        for (Map.Entry<String, Scenarios.Scenario> scenario : Scenarios.NAMES.entrySet()) {
            if (wanted(scenario.getKey())) {
                if (!scenario.getKey().equals(Scenarios.START)) {
                    run.warm();
                }
                out.println(scenario.getKey() + ": " + scenario.getValue().what());
                scenario.getValue().body().run(run);
            }
        }
    }

    private boolean wanted(String scenario) {
        if (!options.names().isEmpty()) {
            return options.names().contains(scenario);
        }
        return !scenario.equals(Stores.NAME) && (!scenario.equals(Scenarios.SOAK) || options.soak().isPresent());
    }

    private void report(Results results, Machine machine, String failure) throws IOException {
        List<Table> tables = Tables.of(results);
        tables.forEach(table -> out.print("\n" + table.text()));
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("date", clock.instant().toString());
        document.put("commit", options.commit());
        document.put("machine", machine);
        document.put("settings", SETTINGS);
        document.put("java_options", options.place().javaOptions());
        document.put("quick", options.quick());
        document.put("seed", options.seed());
        document.put("failure", failure);
        document.putAll(results.document());
        ObjectWriter pretty = Json.shared().writerWithDefaultPrettyPrinter();
        write(options.json(), pretty.writeValueAsString(document) + "\n");
        out.println("\nresults: " + options.json());
        if (options.markdown().isPresent()) {
            List<String> parts = new ArrayList<>();
            parts.add(clock.instant() + ", commit " + options.commit() + ", " + machine.text() + ". Java options: `"
                    + options.place().javaOptions() + "`.\n");
            tables.forEach(table -> parts.add(table.markdown()));
            write(options.markdown().get(), String.join("\n", parts));
            out.println("tables:  " + options.markdown().get());
        }
    }

    private static void write(Path file, String text) throws IOException {
        if (file.toAbsolutePath().getParent() != null) {
            Files.createDirectories(file.toAbsolutePath().getParent());
        }
        Files.writeString(file, text);
    }

    private static Map<String, Object> settings() {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("store", "embedded, but where a load says that it is a protocol server, which holds everything in memory");
        settings.put("durability", "embedded: every acknowledged group of writes is synced to disk before its acknowledgement");
        settings.put("dedup", "on");
        settings.put("slack", Services.SLACK.toString());
        return settings;
    }
}
