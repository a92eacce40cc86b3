package io.quipu.acceptance.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A benchmark: starts the services, runs scenarios, prints tables. */
public final class Bench {

    private Bench() {
    }

    /** Prints the scenarios' names, and what each is. */
    public static void list(PrintStream out) {
        Scenarios.NAMES.forEach((name, scenario) -> out.printf("%-16s %s%n", name, scenario.what()));
    }

    /**
     * Runs, and prints what was measured.
     *
     * @return whether every limit that was looked at is kept
     * @throws IOException when it could not be measured, or a usage was lost
     */
    public static boolean run(BenchOptions options, PrintStream out) throws IOException, InterruptedException {
        Results results = new Results();
        try (Services services = new Services(options)) {
            // The command may be interrupted at any time: no process stays behind.
            Runtime.getRuntime().addShutdownHook(new Thread(services::close));
            Run run = new Run(options, services, new OperatingSystem(), out, results);
            services.start();
            Scenarios.warmUp(run);
            List<String> names = options.names().isEmpty() ? List.copyOf(Scenarios.NAMES.keySet()) : options.names();
            for (Map.Entry<String, Scenarios.Scenario> scenario : Scenarios.NAMES.entrySet()) {
                if (names.contains(scenario.getKey())) {
                    out.println(scenario.getKey() + ": " + scenario.getValue().what());
                    scenario.getValue().body().run(run);
                }
            }
            services.stop();
        }
        List<Table> tables = new ArrayList<>(results.tables());
        tables.forEach(table -> out.println("\n" + table.text()));
        return true;
    }
}
