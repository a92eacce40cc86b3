package io.quipu.acceptance.process;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What stands before the instances of a service on a platform: sends requests to those that are ready, in turn, to the next one where no
 * connection is made, and answers 503 when there is none. What breaks once it was sent is answered 502, never repeated.
 */
final class Router implements AutoCloseable {

    /** How often each instance is asked whether it is ready. */
    private static final Duration EVERY = Duration.ofMillis(100);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final List<Integer> instances;
    private final Set<Integer> ready = ConcurrentHashMap.newKeySet();
    private final AtomicInteger turn = new AtomicInteger();
    private final AtomicInteger without = new AtomicInteger();
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2)).build();
    private final ExecutorService requests = Executors.newCachedThreadPool();
    private final ScheduledExecutorService probes;
    private final HttpServer server;

    /** Before the instances that listen on these ports. */
    Router(List<Integer> instances) throws IOException {
        this.instances = List.copyOf(instances);
        this.probes = Executors.newScheduledThreadPool(instances.size());
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(requests);
        server.createContext("/", this::route);
        server.start();
        for (int port : instances) {
            probes.scheduleWithFixedDelay(() -> probe(port), 0, EVERY.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    int port() {
        return server.getAddress().getPort();
    }

    boolean ready(int instance) {
        return ready.contains(instance);
    }

    /** Requests for which no instance was there. */
    int without() {
        return without.get();
    }

    private void probe(int port) {
        boolean up;
        try {
            up = http.send(HttpRequest.newBuilder(uri(port, "/actuator/health/readiness")).timeout(PATIENCE).build(),
                    HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException away) {
            up = false;
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
            return;
        }
        if (up) {
            ready.add(port);
        } else {
            ready.remove(port);
        }
    }

    private static URI uri(int port, String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    private void route(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            List<Integer> in = new ArrayList<>(instances.stream().filter(ready::contains).toList());
            Collections.rotate(in, turn.getAndIncrement());
            for (int port : in) {
                try {
                    pass(exchange, http.send(HttpRequest.newBuilder(uri(port, exchange.getRequestURI().toString()))
                            .timeout(PATIENCE).header("Content-Type", "application/json")
                            .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body)).build(),
                            HttpResponse.BodyHandlers.ofByteArray()));
                    return;
                } catch (ConnectException | HttpConnectTimeoutException notThere) {
                    ready.remove(port);
                } catch (IOException broken) {
                    exchange.sendResponseHeaders(502, -1);
                    return;
                }
            }
            without.incrementAndGet();
            exchange.getResponseHeaders().set("Retry-After", "1");
            exchange.sendResponseHeaders(503, -1);
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private static void pass(HttpExchange exchange, HttpResponse<byte[]> answer) throws IOException {
        answer.headers().firstValue("Retry-After").ifPresent(value -> exchange.getResponseHeaders().set("Retry-After", value));
        exchange.sendResponseHeaders(answer.statusCode(), answer.body().length == 0 ? -1 : answer.body().length);
        exchange.getResponseBody().write(answer.body());
    }

    @Override
    public void close() {
        probes.shutdownNow();
        server.stop(0);
        requests.shutdownNow();
    }
}
