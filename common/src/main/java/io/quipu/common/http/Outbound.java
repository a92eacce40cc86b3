package io.quipu.common.http;

import io.quipu.common.trace.TracedExchange;
import io.quipu.common.trace.Traces;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLHandshakeException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * Makes the pooled HTTP client of outbound calls: no call can last longer than its time limits, and none is repeated but one that
 * broke at once on a connection that was kept, see {@link StaleConnections}.
 */
public final class Outbound {

    /**
     * How long a connection is used: those to a platform's router, or to a name of several addresses, spread over new instances
     * after that.
     */
    public static final Duration CONNECTION_LIFE = Duration.ofSeconds(60);

    /** A connection that was idle for longer is looked at before it is used, which takes a millisecond. */
    public static final Duration LOOKED_AT_AFTER = Duration.ofSeconds(1);

    private static final Set<Integer> PASSING = Set.of(HttpStatus.SC_REQUEST_TIMEOUT, HttpStatus.SC_TOO_MANY_REQUESTS,
            HttpStatus.SC_BAD_GATEWAY, HttpStatus.SC_SERVICE_UNAVAILABLE, HttpStatus.SC_GATEWAY_TIMEOUT);

    private Outbound() {
    }

    /**
     * The time limits of a call.
     *
     * @param connect to open a connection, and to get one from the pool
     * @param response without a byte from the neighbour
     * @param answer for a whole answer, however steadily it trickles
     */
    public record Limits(Duration connect, Duration response, Duration answer) {
    }

    /**
     * A client.
     *
     * @param limits the time limits of each call
     * @param connections at most, per instance of a neighbour
     * @param instances of all neighbours together
     * @param traces records calls in the traces that the calling thread works for
     */
    public static CloseableHttpClient client(Limits limits, int connections, int instances, Traces traces) {
        return builder(limits.connect(), limits.response(), connections, instances)
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setConnectionRequestTimeout(Timeout.of(limits.connect()))
                        .setResponseTimeout(Timeout.of(limits.response()))
                        .build())
                .addExecInterceptorFirst("deadline", (request, scope, chain) -> {
                    long deadline = System.nanoTime() + limits.answer().toNanos();
                    var answer = chain.proceed(request, scope);
                    if (answer.getEntity() != null) {
                        answer.setEntity(new Timed(answer.getEntity(), deadline));
                    }
                    return answer;
                })
                .addExecInterceptorFirst("trace", new TracedExchange(traces))
                .build();
    }

    /**
     * What every client is built from: connections that are kept for a while, no redirections, no cookies, and TLS for {@code https}
     * alone.
     *
     * @param connect to open a connection
     * @param response without a byte on it
     * @param connections at most, per instance of a neighbour
     * @param instances of all neighbours together
     */
    public static HttpClientBuilder builder(Duration connect, Duration response, int connections, int instances) {
        return StaleConnections.repeatedBy(HttpClients.custom())
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setMaxConnPerRoute(connections)
                        .setMaxConnTotal(instances * connections)
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setConnectTimeout(Timeout.of(connect))
                                .setSocketTimeout(Timeout.of(response))
                                .setTimeToLive(TimeValue.of(CONNECTION_LIFE))
                                .setValidateAfterInactivity(TimeValue.of(LOOKED_AT_AFTER))
                                .build())
                        .setTlsSocketStrategy(new TlsOnDemand(DefaultClientTlsStrategy::createDefault))
                        .build())
                .disableRedirectHandling()
                .disableCookieManagement()
                // else it reads the list of public suffixes, for cookies that nobody keeps
                .setDefaultCookieSpecRegistry(name -> null);
    }

    /** Whether an answer of that status is about the moment rather than the request: the same request may fare better later. */
    public static boolean passing(int status) {
        return PASSING.contains(status);
    }

    /** Whether nothing of a request that ended like this was sent: no connection was made, or none was free. */
    public static boolean notSent(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ConnectException || cause instanceof ConnectTimeoutException
                    || cause instanceof UnknownHostException || cause instanceof NoRouteToHostException
                    || cause instanceof SSLHandshakeException || cause instanceof ConnectionRequestTimeoutException) {
                return true;
            }
        }
        return false;
    }

    /** Whether a request that ended like this was sent, and no answer came in time. */
    public static boolean late(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof InterruptedIOException) {
                return !notSent(failure);
            }
        }
        return false;
    }

    /**
     * A body that must have been read by a deadline. One that is closed before its end is not drained, which could take
     * for ever: its connection is given up.
     */
    private static final class Timed extends HttpEntityWrapper {

        private final long deadline;
        private boolean ended;

        private Timed(HttpEntity body, long deadline) {
            super(body);
            this.deadline = deadline;
        }

        @Override
        public InputStream getContent() throws IOException {
            return new FilterInputStream(super.getContent()) {
                @Override
                public int read() throws IOException {
                    check();
                    int read = super.read();
                    ended |= read < 0;
                    return read;
                }

                @Override
                public int read(byte[] buffer, int offset, int length) throws IOException {
                    check();
                    int read = super.read(buffer, offset, length);
                    ended |= read < 0;
                    return read;
                }

                @Override
                public void close() throws IOException {
                    if (!ended) {
                        throw new IOException("closed before its end");
                    }
                    super.close();
                }
            };
        }

        @Override
        public void close() throws IOException {
            if (ended) {
                super.close();
            }
        }

        private void check() throws SocketTimeoutException {
            long late = System.nanoTime() - deadline;
            if (late > 0) {
                throw new SocketTimeoutException("the answer is late by " + TimeUnit.NANOSECONDS.toMillis(late) + " ms");
            }
        }
    }
}
