package io.quipu.common.http;

import java.io.IOException;
import java.net.Socket;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.ssl.SSLInitializationException;

/**
 * TLS that is set up for the first connection that needs it: to read the machine's certificates and the list of public suffixes takes
 * some two megabytes, and services that call each other by {@code http} need neither. Thread-safe.
 */
final class TlsOnDemand implements TlsSocketStrategy {

    private final Supplier<? extends TlsSocketStrategy> setUp;
    private TlsSocketStrategy tls;

    /**
     * For one client.
     *
     * @param setUp called once, unless it throws; a {@link SSLInitializationException} fails the connection, and is tried again for the
     *     next one
     */
    TlsOnDemand(Supplier<? extends TlsSocketStrategy> setUp) {
        this.setUp = setUp;
    }

    @Override
    public SSLSocket upgrade(Socket socket, String target, int port, Object attachment, HttpContext context) throws IOException {
        return tls().upgrade(socket, target, port, attachment, context);
    }

    private synchronized TlsSocketStrategy tls() throws SSLException {
        if (tls == null) {
            try {
                tls = setUp.get();
            } catch (SSLInitializationException e) {
                throw new SSLException("TLS cannot be set up: " + e.getMessage(), e);
            }
        }
        return tls;
    }
}
