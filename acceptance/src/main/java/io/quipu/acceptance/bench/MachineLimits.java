package io.quipu.acceptance.bench;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quipu.acceptance.process.Place;
import io.quipu.acceptance.process.ServiceProcess;
import io.quipu.common.store.StoreMetrics;
import io.quipu.common.store.Write;
import io.quipu.common.store.embedded.EmbeddedStore;
import io.quipu.common.wire.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;

/** What this machine can do at best, with none of Quipu's work: an empty endpoint, JSON alone, the store alone. */
final class MachineLimits implements AutoCloseable {

    private static final int VALUE_BYTES = 600;
    private static final int WRITERS = 64;
    private static final long POLL_MILLIS = 50;
    private static final Duration READY = Duration.ofSeconds(60);

    private final BenchOptions options;
    private final OperatingSystem system;
    private final ServiceProcess process;
    private final int port;
    private final Map<String, EmptyResult> empty = new HashMap<>();
    private boolean running;

    /**
     * What the empty endpoint took.
     *
     * @param connections how many requests may have been under way
     * @param batch usages in a request
     * @param requestsPerSecond how many it answered
     * @param cpuMicros CPU of the endpoint per request, in microseconds
     * @param generatorMicros CPU of the load generator per request, in microseconds
     * @param post how long a request took
     */
    record EmptyResult(int connections, int batch, double requestsPerSecond, double cpuMicros, double generatorMicros,
            Latencies post) {
    }

    /**
     * JSON alone.
     *
     * @param documentBytes of a usage document
     * @param perSecond documents parsed to a tree and written again, in one thread
     */
    record ParseResult(int documentBytes, double perSecond) {
    }

    /**
     * The store alone.
     *
     * @param writers threads that write one document after another, each waiting until it is durable
     * @param valueBytes of a document
     * @param perSecond documents written
     * @param write how long a write took
     */
    record StoreResult(int writers, int valueBytes, double perSecond, Latencies write) {
    }

    MachineLimits(BenchOptions options, OperatingSystem system) {
        this.options = options;
        this.system = system;
        Place place = options.place();
        this.port = EmptyEndpoint.PORT + place.offset();
        List<String> command = place.java(EmptyEndpoint.NAME);
        // named like a service, by which ./quipu finds what it has to end
        command.addAll(List.of("-Dname=quipu-" + EmptyEndpoint.NAME, "-cp", System.getProperty("java.class.path"),
                EmptyEndpoint.class.getName(), "--server.address=127.0.0.1", "--server.port=" + port,
                "--logging.level.root=warn"));
        process = new ServiceProcess(EmptyEndpoint.NAME, port, command, place.data().resolve(EmptyEndpoint.NAME), place.data());
    }

    /** Parses and writes one usage document again and again for that long. */
    static ParseResult parse(Duration time) {
        byte[] document = new UsageTemplate(new Traffic(Scenarios.shape("parse", 20), 0), 0, 1).body(0, 1_700_000_000_000L);
        // for the compiler
        parse(document, time.dividedBy(2));
        return new ParseResult(document.length, parse(document, time));
    }

    private static double parse(byte[] document, Duration time) {
        long begin = System.nanoTime();
        long bytes = 0;
        while (System.nanoTime() - begin < time.toNanos()) {
            bytes += Json.write(Json.shared().readTree(document)).length;
        }
        return (double) bytes / document.length / ((System.nanoTime() - begin) / 1e9);
    }

    /** Writes documents into a store of its own for that long, with one writer and with many. */
    static List<StoreResult> store(Path directory, Duration time) throws InterruptedException {
        List<StoreResult> results = new ArrayList<>();
        try (EmbeddedStore store = EmbeddedStore.open(directory, Clock.systemUTC(),
                new StoreMetrics(new SimpleMeterRegistry()))) {
            AtomicLong next = new AtomicLong();
            write(store, next, 1, time.dividedBy(2));
            for (int writers : List.of(1, WRITERS)) {
                results.add(write(store, next, writers, time));
            }
        }
        return results;
    }

    private static StoreResult write(EmbeddedStore store, AtomicLong next, int writers, Duration time)
            throws InterruptedException {
        Histogram all = Latencies.recorder();
        List<Thread> threads = new ArrayList<>();
        long begin = System.nanoTime();
        for (int i = 0; i < writers; i++) {
            threads.add(new Thread(() -> {
                Histogram own = Latencies.recorder();
                byte[] value = ("{\"filler\":\"" + "x".repeat(VALUE_BYTES) + "\"}").getBytes(
                        StandardCharsets.US_ASCII);
                for (long from = System.nanoTime(); from - begin < time.toNanos(); from = System.nanoTime()) {
                    store.write(List.of(new Write.Insert("bench/" + next.getAndIncrement(), value)));
                    Latencies.record(own, System.nanoTime() - from);
                }
                synchronized (all) {
                    all.add(own);
                }
            }, "writer " + i));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        return new StoreResult(writers, VALUE_BYTES, all.getTotalCount() / ((System.nanoTime() - begin) / 1e9),
                Latencies.of(all));
    }

    /** What the empty endpoint takes of requests of that shape; measured once, then known. */
    EmptyResult empty(int connections, int batch, Duration time) throws IOException, InterruptedException {
        EmptyResult known = empty.get(connections + "/" + batch);
        return known != null ? known : emptyAgain(connections, batch, time);
    }

    /** What the empty endpoint takes of requests of that shape now. */
    EmptyResult emptyAgain(int connections, int batch, Duration time) throws IOException, InterruptedException {
        Traffic traffic = new Traffic(Scenarios.shape("empty", 20), options.seed());
        if (!running) {
            start();
            take(traffic, Load.Order.closed(connections, batch, time));
        }
        long pid = process.pid();
        long generator = ProcessHandle.current().pid();
        long cpu = system.cpuTicks(pid);
        long generatorCpu = system.cpuTicks(generator);
        Load load = take(traffic, Load.Order.closed(connections, batch, time));
        double micros = 1e6 / OperatingSystem.TICKS_OF_SECOND / load.requests();
        EmptyResult result = new EmptyResult(connections, batch, load.requests() / load.seconds(),
                (system.cpuTicks(pid) - cpu) * micros, (system.cpuTicks(generator) - generatorCpu) * micros,
                Latencies.of(load.latencies()));
        empty.put(connections + "/" + batch, result);
        return result;
    }

    private Load take(Traffic traffic, Load.Order order) throws IOException, InterruptedException {
        Load load = new Load(traffic, List.of(port), order);
        load.start();
        load.join();
        return load;
    }

    private void start() throws IOException, InterruptedException {
        process.start();
        running = true;
        long deadline = System.nanoTime() + READY.toNanos();
        while (!listening()) {
            if (process.died() || System.nanoTime() - deadline > 0) {
                throw new IOException("the empty endpoint did not become ready; its log is " + process.log());
            }
            Thread.sleep(POLL_MILLIS);
        }
    }

    private boolean listening() {
        try (HttpConnection connection = new HttpConnection(port)) {
            return connection.exchange(HttpConnection.get(port, "/actuator/health"), null) == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
