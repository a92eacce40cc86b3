package io.quipu.acceptance.bench;

import io.quipu.acceptance.process.Ports;
import java.io.IOException;
import java.time.Duration;
import org.HdrHistogram.Histogram;

/** Reads the report of one organization again and again, one after the other. */
final class Reports {

    /** How far down a report goes, from the shortest to the longest. */
    static final String[] DEPTHS = {"organization", "space", "consumer", "instance"};

    private static final int AT_LEAST = 5;
    private static final int AT_MOST = 2_000;
    /** Not counted: the first ones find nothing in memory. */
    private static final int FIRST = 2;

    private Reports() {
    }

    /**
     * How long a report took.
     *
     * @param scenario the scenario
     * @param consumers of the organization
     * @param depth how far down the report goes
     * @param read how long it took to read the whole answer
     * @param bytes of the answer
     * @param residentMib memory of reporting afterwards
     * @param residentBeforeMib and before
     */
    record ReportResult(String scenario, int consumers, String depth, Latencies read, long bytes, double residentMib,
            double residentBeforeMib) {
    }

    /** Reads reports as of now for that long, but at least a few. */
    static ReportResult read(String scenario, Run run, Traffic traffic, String depth, Duration time) throws IOException {
        return read(scenario, run, traffic, depth, Services.reportPath(traffic.shape().organization(0), depth), time);
    }

    /** The same as of a time, milliseconds since the epoch. */
    static ReportResult read(String scenario, Run run, Traffic traffic, String depth, long asOf, Duration time)
            throws IOException {
        return read(scenario, run, traffic, depth, Services.reportPath(traffic.shape().organization(0), depth, asOf), time);
    }

    private static ReportResult read(String scenario, Run run, Traffic traffic, String depth, String path, Duration time)
            throws IOException {
        int port = run.services().port(Ports.REPORTING);
        byte[] request = HttpConnection.get(port, path);
        double before = run.resident(false).get(Ports.REPORTING);
        Histogram read = Latencies.recorder();
        long bytes;
        try (HttpConnection connection = new HttpConnection(port)) {
            long end = System.nanoTime() + time.toNanos();
            int reports = -FIRST;
            do {
                long from = System.nanoTime();
                int status = connection.exchange(request, null);
                if (status != 200) {
                    throw new IOException("a report was answered " + status);
                }
                if (reports >= 0) {
                    Latencies.record(read, System.nanoTime() - from);
                }
                reports++;
            } while (reports < AT_LEAST || reports < AT_MOST && System.nanoTime() - end < 0);
            bytes = connection.length();
        }
        return new ReportResult(scenario, traffic.shape().consumers(), depth, Latencies.of(read), bytes,
                run.resident(false).get(Ports.REPORTING), before);
    }
}
