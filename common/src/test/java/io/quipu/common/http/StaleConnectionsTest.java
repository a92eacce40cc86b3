package io.quipu.common.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.EndpointDetails;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.apache.hc.core5.util.Timeout;
import org.junit.jupiter.api.Test;

class StaleConnectionsTest {

    private final AtomicLong nanos = new AtomicLong();
    private final StaleConnections stale = new StaleConnections(nanos::get);
    private final HttpClientContext context = HttpClientContext.create();

    private static EndpointDetails connection(long answers) {
        return new EndpointDetails(null, null, Timeout.ofSeconds(1)) {
            @Override
            public long getRequestCount() {
                return answers + 1;
            }

            @Override
            public long getResponseCount() {
                return answers;
            }

            @Override
            public long getSentBytesCount() {
                return 1;
            }

            @Override
            public long getReceivedBytesCount() {
                return answers;
            }
        };
    }

    private boolean repeated(long answers, long afterNanos, IOException failure, int attempts) {
        HttpPost request = new HttpPost("http://localhost/batch");
        context.setEndpointDetails(connection(answers));
        stale.process(request, null, context);
        nanos.addAndGet(afterNanos);
        return stale.retryRequest(request, failure, attempts, context);
    }

    @Test
    void whatBreaksAtOnceOnAConnectionThatServedBeforeIsRepeatedTwice() {
        IOException reset = new SocketException("Connection reset");
        assertThat(repeated(1, 0, reset, 1)).isTrue();
        assertThat(repeated(1, StaleConnections.AT_ONCE.toNanos(), new NoHttpResponseException("closed"), 2)).isTrue();
        assertThat(repeated(1, 0, reset, 3)).isFalse();
    }

    @Test
    void whatBreaksLaterMayHaveBeenAtWorkAndIsNot() {
        assertThat(repeated(1, StaleConnections.AT_ONCE.toNanos() + 1, new SocketException("Connection reset"), 1)).isFalse();
        assertThat(repeated(1, StaleConnections.AT_ONCE.toNanos() + 1, new NoHttpResponseException("closed"), 1)).isFalse();
    }

    @Test
    void newConnectionsAndOtherFailuresAreNot() {
        assertThat(repeated(0, 0, new SocketException("Connection reset"), 1)).isFalse();
        assertThat(repeated(1, 0, new ConnectException("refused"), 1)).isFalse();
        assertThat(repeated(1, 0, new SocketTimeoutException("late"), 1)).isFalse();
        assertThat(stale.retryRequest(new HttpPost("http://localhost/batch"), new SocketException("reset"), 1, HttpClientContext.create()))
                .as("never sent").isFalse();
    }
}
