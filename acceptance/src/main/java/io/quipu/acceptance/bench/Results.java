package io.quipu.acceptance.bench;

import io.quipu.acceptance.process.Ports;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What was measured, in the order in which it was. */
final class Results {

    /** In the order in which a usage travels. */
    private static final List<String> SERVICES =
            List.of(Ports.COLLECTOR, Ports.METER, Ports.ACCUMULATOR, Ports.AGGREGATOR, Ports.REPORTING);

    private final List<LoadResult> loads = new ArrayList<>();

    void add(LoadResult load) {
        loads.add(load);
    }

    List<LoadResult> loads() {
        return List.copyOf(loads);
    }

    /** The tables of what was measured; none for what was not. */
    List<Table> tables() {
        List<Table> tables = new ArrayList<>();
        if (!loads.isEmpty()) {
            tables.add(rates());
            tables.add(cpu());
            tables.add(writes());
            tables.add(memory());
        }
        return tables;
    }

    private Table rates() {
        List<List<String>> rows = new ArrayList<>();
        for (LoadResult load : loads) {
            rows.add(List.of(load.name(), Integer.toString(load.connections()), Integer.toString(load.batch()),
                    count(load.usages()), count(load.acceptedPerSecond()), count(load.visiblePerSecond()),
                    figure(load.lagSeconds()), figure(load.post().p50()), figure(load.post().p99()),
                    figure(load.post().p999()), figure(load.post().max())));
        }
        return new Table("Usages a second, accepted and visible in the report; requests in milliseconds",
                List.of("scenario", "connections", "batch", "usages", "accepted/s", "visible/s", "lag s", "POST p50", "p99",
                        "p99.9", "max"), rows);
    }

    private Table cpu() {
        List<List<String>> rows = new ArrayList<>();
        for (LoadResult load : loads) {
            List<String> row = new ArrayList<>(List.of(load.name(), figure(load.cpuTotal())));
            SERVICES.forEach(service -> row.add(figure(load.cpu().get(service))));
            row.add(figure(load.generatorCpu()));
            row.add(percent(load.unexplained()));
            rows.add(row);
        }
        List<String> header = new ArrayList<>(List.of("scenario", "all services"));
        header.addAll(SERVICES);
        header.addAll(List.of("generator", "unexplained"));
        return new Table("CPU-seconds per 1,000 usages; unexplained is the share of the machine's busy time that is neither "
                + "the services' nor the generator's", header, rows);
    }

    private Table writes() {
        List<List<String>> rows = new ArrayList<>();
        for (LoadResult load : loads) {
            load.stores().forEach((service, writes) -> rows.add(List.of(load.name() + ", " + service,
                    count(writes.bytesPerUsage()), count(writes.diskBytesPerUsage()), figure(writes.writesPerUsage()),
                    figure(writes.syncsPerThousand()))));
        }
        return new Table("Written, per usage",
                List.of("scenario, store", "bytes", "bytes to disk", "documents", "syncs per 1,000"), rows);
    }

    private Table memory() {
        List<List<String>> rows = new ArrayList<>();
        for (LoadResult load : loads) {
            List<String> row = new ArrayList<>(List.of(load.name(), count(load.residentTotal())));
            SERVICES.forEach(service -> row.add(count(load.residentMib().get(service))));
            row.add(count(load.gc().values().stream().mapToLong(LoadResult.Pauses::count).sum()));
            row.add(count(load.gc().values().stream().mapToDouble(LoadResult.Pauses::millis).sum()));
            rows.add(row);
        }
        List<String> header = new ArrayList<>(List.of("scenario", "all services"));
        header.addAll(SERVICES);
        header.addAll(List.of("collections", "paused ms"));
        return new Table("Memory after the load, in MiB, and garbage collection of all services", header, rows);
    }

    static String count(double number) {
        return String.format(Locale.ROOT, "%,.0f", number);
    }

    /** With as many decimals as such a size deserves. */
    static String figure(double number) {
        double size = Math.abs(number);
        return String.format(Locale.ROOT, size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.3f", number);
    }

    static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f%%", share * 100);
    }
}
