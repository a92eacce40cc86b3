package io.quipu.acceptance.chaos;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * A TCP proxy before one service, for one of its callers: it passes bytes on as they come, and disturbs the exchanges that
 * it is told to. It knows of HTTP only that a request that follows an answer begins a new exchange. Thread-safe.
 */
final class Link implements AutoCloseable {

    private static final Duration REBIND = Duration.ofMillis(100);
    private static final int CONNECT_MILLIS = 1_000;
    private static final int QUEUE = 128;

    private final String name;
    private final InetSocketAddress service;
    private final Supplier<Disturbance> disturbances;
    private final Tally tally;
    private final Pause pause;
    private final Set<LinkConnection> connections = ConcurrentHashMap.newKeySet();

    private InetSocketAddress address;
    private ServerSocket listening;
    private boolean closed;

    /**
     * A link that refuses connections until it is opened.
     *
     * @param name who calls whom, for the counts
     * @param address where it listens; with port 0 it is any, and stays so
     * @param service where it passes everything on to
     * @param disturbances asked once for each exchange
     * @param pause waits for the delays and the outages
     */
    Link(String name, InetSocketAddress address, InetSocketAddress service, Supplier<Disturbance> disturbances, Tally tally,
            Pause pause) {
        this.name = name;
        this.address = address;
        this.service = service;
        this.disturbances = disturbances;
        this.tally = tally;
        this.pause = pause;
    }

    /**
     * Listens from now on, unless it does or is closed for good.
     *
     * @throws IOException when the port is taken
     */
    synchronized void open() throws IOException {
        if (!closed && listening == null) {
            listening = listen(address);
            address = (InetSocketAddress) listening.getLocalSocketAddress();
            accept(listening);
        }
    }

    /** Where it listens, as soon as it is opened. */
    synchronized int port() {
        return address.getPort();
    }

    String name() {
        return name;
    }

    /** Cuts every connection and refuses new ones for a while; one that is not open stays so. */
    void outage(Duration duration) throws InterruptedException {
        synchronized (this) {
            if (listening == null) {
                return;
            }
            closeQuietly(listening);
        }
        tally.count("connections refused", name);
        connections.forEach(LinkConnection::close);
        pause.of(duration);
        while (!reopen()) {
            pause.of(REBIND);
        }
    }

    /** Whether the link listens again, or is closed for good. */
    private synchronized boolean reopen() {
        if (closed) {
            return true;
        }
        try {
            listening = listen(address);
        } catch (IOException taken) {
            return false;
        }
        accept(listening);
        return true;
    }

    private static ServerSocket listen(InetSocketAddress address) throws IOException {
        ServerSocket socket = new ServerSocket();
        try {
            socket.setReuseAddress(true);
            socket.bind(address, QUEUE);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
        return socket;
    }

    private void accept(ServerSocket socket) {
        daemon("accept", () -> {
            while (!socket.isClosed()) {
                try {
                    connect(socket.accept());
                } catch (IOException closing) {
                    continue;
                }
            }
        });
    }

    /** A caller that is let in while the service is away finds its connection closed. */
    private void connect(Socket caller) {
        daemon("requests", () -> {
            Socket called = new Socket();
            LinkConnection connection = new LinkConnection(this, caller, called);
            connections.add(connection);
            try {
                called.connect(service, CONNECT_MILLIS);
                caller.setTcpNoDelay(true);
                called.setTcpNoDelay(true);
            } catch (IOException away) {
                connection.close();
                return;
            }
            daemon("answers", connection::answers);
            connection.requests();
        });
    }

    private void daemon(String what, Runnable task) {
        Thread thread = new Thread(task, "link-" + name + "-" + what);
        thread.setDaemon(true);
        thread.start();
    }

    Disturbance next() {
        return disturbances.get();
    }

    void happened(Disturbance disturbance) {
        tally.count(disturbance.kind().name().toLowerCase(Locale.ROOT).replace('_', ' '), name);
    }

    void hold(Duration delay) throws InterruptedException {
        pause.of(delay);
    }

    void ended(LinkConnection connection) {
        connections.remove(connection);
    }

    private static void closeQuietly(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception ignored) {
            // it is closed all the same
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            if (listening != null) {
                closeQuietly(listening);
            }
        }
        connections.forEach(LinkConnection::close);
    }
}
