package io.quipu.acceptance.chaos;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.quipu.acceptance.process.Instance;
import io.quipu.acceptance.process.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** An HTTP server that answers as a test says, on the port where a client, or the last check, looks for the collector. */
final class FakeCollector implements AutoCloseable {

    private static final Topology USUAL = Topology.single(0);
    private static final Instance COLLECTOR = new Instance(Ports.COLLECTOR, 1);

    private final HttpServer server;
    private final int usualPort;

    /** What is answered. */
    interface Answers {
        /** The status and the body for a path and a body. */
        Answer to(String path, String body) throws IOException;
    }

    /**
     * An answer.
     *
     * @param status the status
     * @param body the body
     * @param missing bytes that are announced and never come
     */
    record Answer(int status, String body, int missing) {
    }

    private FakeCollector(int usualPort, Answers answers) throws IOException {
        this.usualPort = usualPort;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> answer(exchange, answers));
        server.start();
    }

    /** As clients see it. */
    static FakeCollector forClients(Answers answers) throws IOException {
        return new FakeCollector(USUAL.port(Topology.CALLS.get(0), COLLECTOR), answers);
    }

    /** As it is asked in the end. */
    static FakeCollector forChecks(Answers answers) throws IOException {
        return new FakeCollector(USUAL.port(COLLECTOR), answers);
    }

    private static void answer(HttpExchange exchange, Answers answers) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        Answer answer = answers.to(exchange.getRequestURI().getRawPath(), body);
        byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(answer.status(), bytes.length + answer.missing());
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    /** Endpoints that find it. */
    Endpoints endpoints() {
        return new Endpoints(Topology.single(server.getAddress().getPort() - usualPort), new Roster(USUAL.first()));
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
