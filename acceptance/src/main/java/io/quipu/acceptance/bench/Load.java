package io.quipu.acceptance.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * Posts usage over a number of connections, each with a thread of its own.
 *
 * <p>In a closed loop each connection sends the next request as soon as the one before is answered. In an open loop requests
 * are due at fixed times, whatever becomes of those before, and a latency counts from when its request was due: one that
 * had to wait for a connection has waited for the collector. What is not answered by 202 is sent again until it is, which
 * is safe, since the collector knows it again; so every usage that was begun is accepted in the end, or the load fails.
 */
final class Load {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final int ACCEPTED = 202;
    private static final int STACK_BYTES = 128 * 1024;

    private final Traffic traffic;
    private final List<Integer> ports;
    private final Order order;
    private final List<Thread> threads = new ArrayList<>();
    private final List<HttpConnection> connections = new ArrayList<>();
    private final Histogram latencies = Latencies.recorder();
    private final LongAdder accepted = new LongAdder();
    private final LongAdder requests = new LongAdder();
    private final LongAdder repeated = new LongAdder();
    private final AtomicLong begun = new AtomicLong();
    private final AtomicLong last = new AtomicLong();
    private final AtomicReference<String> failure = new AtomicReference<>();
    private long started;

    /**
     * How to post.
     *
     * @param connections how many requests may be under way
     * @param batch usages in one request
     * @param time how long new ones are begun
     * @param usages how many there are at most, 0 for no such limit
     * @param rate usages a second in an open loop, 0 for a closed one
     */
    record Order(int connections, int batch, Duration time, long usages, double rate) {

        static Order closed(int connections, int batch, Duration time) {
            return new Order(connections, batch, time, 0, 0);
        }

        /** A closed loop over so many usages, however long it takes. */
        static Order all(int connections, int batch, long usages) {
            return new Order(connections, batch, Duration.ofDays(1), usages, 0);
        }

        static Order open(int connections, int batch, Duration time, double rate) {
            return new Order(connections, batch, time, 0, rate);
        }

        /** When a request is due, in nanoseconds after the start. */
        long due(long request) {
            return Math.round(request * (batch * 1e9 / rate));
        }
    }

    /** Of that traffic, to ports of a service of this machine: each connection to one of them, in turns. */
    Load(Traffic traffic, List<Integer> ports, Order order) {
        this.traffic = traffic;
        this.ports = List.copyOf(ports);
        this.order = order;
    }

    /** Begins. */
    void start() {
        started = System.nanoTime();
        last.set(started);
        for (int i = 0; i < order.connections(); i++) {
            int port = ports.get(i % ports.size());
            HttpConnection connection = new HttpConnection(port);
            connections.add(connection);
            Thread thread = new Thread(null, () -> post(connection, port), "load " + i, STACK_BYTES);
            thread.setDaemon(true);
            threads.add(thread);
        }
        threads.forEach(Thread::start);
    }

    boolean running() {
        return threads.stream().anyMatch(Thread::isAlive);
    }

    /** Waits until every request is answered, but not longer. */
    void await(long millis) throws InterruptedException {
        long deadline = System.nanoTime() + millis * 1_000_000;
        for (Thread thread : threads) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left > 0) {
                thread.join(left);
            }
        }
    }

    /** Waits until every request is answered. */
    void join() throws InterruptedException, IOException {
        for (Thread thread : threads) {
            thread.join();
        }
        if (failure.get() != null) {
            throw new IOException(failure.get());
        }
    }

    /** Gives up what is under way. */
    void close() {
        connections.forEach(HttpConnection::close);
    }

    long accepted() {
        return accepted.sum();
    }

    long requests() {
        return requests.sum();
    }

    /** Requests that had to be sent again. */
    long repeated() {
        return repeated.sum();
    }

    /** When it began, of the clock that counts nanoseconds. */
    long started() {
        return started;
    }

    /** From the first request to the last answer. */
    double seconds() {
        return (last.get() - started) / 1e9;
    }

    Histogram latencies() {
        return latencies;
    }

    private void post(HttpConnection connection, int port) {
        UsageTemplate template = new UsageTemplate(traffic, port, order.batch());
        Histogram own = Latencies.recorder();
        try {
            long end = started + order.time().toNanos();
            while (failure.get() == null) {
                long number = begun.getAndIncrement();
                long due = order.rate() == 0 ? System.nanoTime() : started + order.due(number);
                if (due - end >= 0 || order.usages() > 0 && number * order.batch() >= order.usages()) {
                    break;
                }
                for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
                    LockSupport.parkNanos(wait);
                }
                deliver(connection, template.request(traffic.take(order.batch()), System.currentTimeMillis()));
                long answered = System.nanoTime();
                Latencies.record(own, answered - due);
                accepted.add(order.batch());
                requests.increment();
                last.accumulateAndGet(answered, Math::max);
            }
        } catch (IOException | RuntimeException e) {
            failure.compareAndSet(null, "usage could not be delivered: " + e);
        } catch (InterruptedException e) {
            failure.compareAndSet(null, "interrupted");
        } finally {
            connection.close();
            synchronized (latencies) {
                latencies.add(own);
            }
        }
    }

    private void deliver(HttpConnection connection, byte[] request) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        for (int status = connection.exchange(request, null); status != ACCEPTED;
                status = connection.exchange(request, null)) {
            boolean passing = status == 207 || status == 429 || status == 503;
            if (!passing || System.nanoTime() - deadline > 0) {
                throw new IOException("it was answered " + status);
            }
            repeated.increment();
            Thread.sleep(PAUSE.toMillis());
        }
    }
}
