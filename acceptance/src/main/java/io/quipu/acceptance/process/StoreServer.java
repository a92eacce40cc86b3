package io.quipu.acceptance.process;

import io.quipu.acceptance.couchbase.ProtocolServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The store that several instances share, as a process: it speaks Couchbase's protocol and holds everything in memory, so whoever
 * kills it has lost the data. Each storing service has a bucket of its own there, on a port of its own.
 */
public final class StoreServer implements AutoCloseable {

    /** The services that store something. */
    public static final List<String> STORING = ProtocolServer.BUCKETS;

    private static final String NAME = "couchbase";
    private static final String CONNECTION = "--spring.couchbase.connection-string=";
    /** Beyond the ports of the services and of the links between them. */
    private static final int FIRST_OFFSET = 100;
    /** Between the ports of two of them. */
    private static final int STEP = 20;
    private static final int CONNECT_MILLIS = 1_000;
    private static final long POLL_MILLIS = 100;
    /** It holds everything in memory, which is the last option that counts. */
    private static final List<String> MEMORY = List.of("-Xmx3g", "-Xms512m", "-Xmn256m");

    private final int offset;
    private final ServiceProcess process;

    /** The only one of a place, which does not run yet. */
    public StoreServer(Place place) {
        this(place, 1);
    }

    /** One of several of a place, numbered from 1; it does not run yet. */
    public StoreServer(Place place, int number) {
        this.offset = place.offset() + FIRST_OFFSET + STEP * (number - 1);
        String name = number == 1 ? NAME : NAME + "-" + number;
        List<String> command = place.java(name);
        command.addAll(MEMORY);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), ProtocolServer.class.getName(), "--offset",
                Integer.toString(offset)));
        this.process = new ServiceProcess(name, port(STORING.get(0)), command, place.data(), place.data());
    }

    /** The port at which a service's documents are read and written. */
    public int port(String service) {
        return ProtocolServer.FIRST_PORT + offset + ProtocolServer.BUCKETS.indexOf(service);
    }

    /** The options by which a service finds its documents, if it stores any. */
    public List<String> properties(String service) {
        return STORING.contains(service)
                ? ProtocolServer.properties(service, offset).stream().map(property -> "--" + property).toList() : List.of();
    }

    /**
     * The same at another address of this machine, where a proxy listens at the same port: it names nothing else, since whoever asks
     * the server's manager is told to go to the server itself.
     */
    public List<String> properties(String service, String address) {
        List<String> properties = new ArrayList<>(properties(service));
        properties.replaceAll(property -> property.startsWith(CONNECTION)
                ? CONNECTION + "couchbase://" + address + ":" + port(service) + "=kv" : property);
        return List.copyOf(properties);
    }

    /** Starts it, and waits until it lets callers in. */
    public void start(Duration patience) throws IOException, InterruptedException {
        process.start();
        long deadline = System.nanoTime() + patience.toNanos();
        List<String> waiting = new ArrayList<>(STORING);
        while (!waiting.isEmpty()) {
            if (process.died() || System.nanoTime() - deadline > 0) {
                throw new IOException("the store that the instances share did not start; its log is " + process.log());
            }
            waiting.removeIf(this::listens);
            Thread.sleep(POLL_MILLIS);
        }
    }

    private boolean listens(String service) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port(service)), CONNECT_MILLIS);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Ends it; what it held is lost. */
    public void stop() throws InterruptedException {
        process.kill();
    }

    /** Whether it has ended though nobody ended it: nothing after that means anything. */
    public boolean died() {
        return process.died();
    }

    /** The id of its process. */
    public long pid() {
        return process.pid();
    }

    /** Ends it, and never starts it again. */
    @Override
    public void close() {
        process.close();
    }
}
