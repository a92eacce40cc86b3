package io.quipu.acceptance.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * One kept connection to a service of this machine, for requests that are bytes already: on two cores, what a full HTTP
 * client spends on a request would be taken from the services. Understands what Tomcat answers: a content length, chunks,
 * and that a connection is to be closed. Of one thread, but for {@link #close()}.
 */
final class HttpConnection implements AutoCloseable {

    private static final int BUFFER = 64 * 1024;
    private static final int MAX_HEAD = 16 * 1024;
    private static final int CONNECT_MILLIS = 5_000;

    private final int port;
    private final byte[] buffer = new byte[BUFFER];
    private volatile Socket socket;
    private volatile boolean closed;
    private InputStream in;
    private int position;
    private int limit;
    private long length;

    /** A connection that is made with the first request. */
    HttpConnection(int port) {
        this.port = port;
    }

    /**
     * Sends a whole request and reads the whole answer.
     *
     * @param body where the answer's body goes, or null when nobody wants it
     * @return the answer's status
     */
    int exchange(byte[] request, ByteArrayOutputStream body) throws IOException {
        boolean kept = socket != null;
        try {
            return attempt(request, body);
        } catch (IOException e) {
            disconnect();
            // a kept connection may have been closed by the other side before it saw anything of this request
            if (!kept || closed || limit > 0) {
                throw e;
            }
            return attempt(request, body);
        }
    }

    /** The length of the last answer's body. */
    long length() {
        return length;
    }

    /** A request without a body. */
    static byte[] get(int port, String path) {
        return ("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    private int attempt(byte[] request, ByteArrayOutputStream body) throws IOException {
        position = 0;
        limit = 0;
        length = 0;
        if (socket == null) {
            connect();
        }
        socket.getOutputStream().write(request);
        return answer(body);
    }

    private void connect() throws IOException {
        Socket fresh = new Socket();
        fresh.setTcpNoDelay(true);
        fresh.connect(new InetSocketAddress("127.0.0.1", port), CONNECT_MILLIS);
        socket = fresh;
        in = fresh.getInputStream();
        if (closed) {
            disconnect();
            throw new IOException("closed");
        }
    }

    private int answer(ByteArrayOutputStream body) throws IOException {
        String head = head();
        int status = Integer.parseInt(head.substring(9, 12));
        String lower = head.toLowerCase(Locale.ROOT);
        if (lower.contains("\r\ntransfer-encoding: chunked")) {
            chunks(body);
        } else {
            int at = lower.indexOf("\r\ncontent-length:");
            if (at < 0) {
                throw new IOException("an answer without a length: " + head);
            }
            int from = at + "\r\ncontent-length:".length();
            bytes(Integer.parseInt(head.substring(from, head.indexOf('\r', from)).trim()), body);
        }
        if (lower.contains("\r\nconnection: close")) {
            disconnect();
        }
        return status;
    }

    private String head() throws IOException {
        int scanned = 0;
        while (true) {
            for (; scanned + 3 < limit; scanned++) {
                if (buffer[scanned] == '\r' && buffer[scanned + 1] == '\n' && buffer[scanned + 2] == '\r'
                        && buffer[scanned + 3] == '\n') {
                    position = scanned + 4;
                    // with the line break of the last field
                    return new String(buffer, 0, scanned + 2, StandardCharsets.ISO_8859_1);
                }
            }
            if (limit > MAX_HEAD) {
                throw new IOException("an answer whose head does not end");
            }
            limit += read(limit);
        }
    }

    private void chunks(ByteArrayOutputStream body) throws IOException {
        while (true) {
            StringBuilder size = new StringBuilder();
            for (int next = next(); next != '\r'; next = next()) {
                size.append((char) next);
            }
            next();
            int length = Integer.parseInt(size.toString(), 16);
            bytes(length, body);
            next();
            next();
            if (length == 0) {
                return;
            }
        }
    }

    private int next() throws IOException {
        fill();
        return buffer[position++];
    }

    private void bytes(int count, ByteArrayOutputStream body) throws IOException {
        length += count;
        int left = count;
        while (left > 0) {
            fill();
            int some = Math.min(left, limit - position);
            if (body != null) {
                body.write(buffer, position, some);
            }
            position += some;
            left -= some;
        }
    }

    private void fill() throws IOException {
        if (position == limit) {
            limit = read(0);
            position = 0;
        }
    }

    private int read(int at) throws IOException {
        int count = in.read(buffer, at, buffer.length - at);
        if (count < 0) {
            throw new IOException("the connection was closed before the answer was complete");
        }
        return count;
    }

    private void disconnect() {
        Socket open = socket;
        socket = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException gone) {
                // nothing is left of it, which is what was wanted
            }
        }
    }

    /** Ends the connection, and whatever waits for an answer on it. */
    @Override
    public void close() {
        closed = true;
        disconnect();
    }
}
