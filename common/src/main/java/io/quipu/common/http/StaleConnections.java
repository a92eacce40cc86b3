package io.quipu.common.http;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.apache.hc.client5.http.HttpRequestRetryStrategy;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.http.EndpointDetails;
import org.apache.hc.core5.http.EntityDetails;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpRequestInterceptor;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.http.protocol.HttpCoreContext;
import org.apache.hc.core5.util.TimeValue;

/**
 * Repeats a request on another connection when the one it was sent on had served others and breaks at once: most likely it was closed
 * before the request came. One that breaks later may have been at work on it, and ends the call. It cannot be told for certain: only for
 * requests that may be done twice.
 */
final class StaleConnections implements HttpRequestRetryStrategy, HttpRequestInterceptor {

    /** Connections that a request may find closed: each takes one that is stale out of the pool. */
    static final int MAX_REPEATS = 2;

    /** A connection that breaks later after a request was sent on it was not closed before. */
    static final Duration AT_ONCE = Duration.ofSeconds(1);

    private static final String SENT = "quipu.sent";

    private final LongSupplier nanoTime;

    /**
     * Of one client.
     *
     * @param nanoTime a clock that only goes forward, in nanoseconds
     */
    StaleConnections(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** The client that is built with it repeats such requests. */
    static HttpClientBuilder repeatedBy(HttpClientBuilder client) {
        StaleConnections stale = new StaleConnections(System::nanoTime);
        return client.addRequestInterceptorLast(stale).setRetryStrategy(stale);
    }

    /** Notes when a request is sent, each time that it is. */
    @Override
    public void process(HttpRequest request, EntityDetails body, HttpContext context) {
        context.setAttribute(SENT, nanoTime.getAsLong());
    }

    @Override
    public boolean retryRequest(HttpRequest request, IOException failure, int attempts, HttpContext context) {
        if (attempts > MAX_REPEATS || failure instanceof ConnectException
                || !(failure instanceof NoHttpResponseException || failure instanceof SocketException)) {
            return false;
        }
        if (!(context.getAttribute(SENT) instanceof Long sent) || nanoTime.getAsLong() - sent > AT_ONCE.toNanos()) {
            return false;
        }
        EndpointDetails connection = HttpCoreContext.cast(context).getEndpointDetails();
        return connection != null && connection.getResponseCount() > 0;
    }

    @Override
    public boolean retryRequest(HttpResponse response, int attempts, HttpContext context) {
        return false;
    }

    @Override
    public TimeValue getRetryInterval(HttpRequest request, IOException failure, int attempts, HttpContext context) {
        return TimeValue.ZERO_MILLISECONDS;
    }

    @Override
    public TimeValue getRetryInterval(HttpResponse response, int attempts, HttpContext context) {
        return TimeValue.ZERO_MILLISECONDS;
    }
}
