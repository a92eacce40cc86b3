package io.quipu.common.stage;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;

import java.io.IOException;
import java.time.Duration;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecRuntime;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.HttpHost;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TotalTimeoutTest {

    private final HttpPost request = new HttpPost("http://localhost/batch");
    private final ExecChain.Scope scope = new ExecChain.Scope("1", new HttpRoute(new HttpHost("localhost", 80)), request,
            mock(ExecRuntime.class), HttpClientContext.create());

    /** So the client fails when its connection is taken away between two steps of an exchange. */
    @Test
    void anExchangeThatIsEndedIsLateHoweverTheClientFails() {
        try (TotalTimeout timeout = new TotalTimeout(Duration.ofMillis(1), 1)) {
            assertThatThrownBy(() -> timeout.execute(request, scope, (sent, of) -> {
                while (!request.isCancelled()) {
                    Thread.onSpinWait();
                }
                throw new IllegalStateException("Endpoint not acquired / already released");
            })).isInstanceOf(IOException.class).hasMessageContaining("no whole answer within PT0.001S");
        }
    }

    @Test
    void aFailureInTimeStaysWhatItIs() {
        try (TotalTimeout timeout = new TotalTimeout(Duration.ofMinutes(1), 1)) {
            assertThatThrownBy(() -> timeout.execute(request, scope, (sent, of) -> {
                throw new IllegalStateException("a bug");
            })).isInstanceOf(IllegalStateException.class).hasMessage("a bug");
        }
    }
}
