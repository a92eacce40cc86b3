package io.quipu.common.http;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import io.quipu.common.trace.Traces;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.ClientTlsStrategyBuilder;
import org.apache.hc.client5.http.ssl.HostnameVerificationPolicy;
import org.apache.hc.client5.http.ssl.NoopHostnameVerifier;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.ssl.SSLContexts;
import org.apache.hc.core5.ssl.SSLInitializationException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class TlsOnDemandTest {

    @RegisterExtension
    private static final WireMockExtension NEIGHBOUR = WireMockExtension.newInstance()
            .options(wireMockConfig().dynamicPort().dynamicHttpsPort()).build();

    private final AtomicInteger setUps = new AtomicInteger();

    @BeforeEach
    void answers() {
        NEIGHBOUR.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(200)));
    }

    @Test
    void isSetUpOnceAndForHttpsAlone() throws IOException {
        try (CloseableHttpClient client = client(this::trusting)) {
            assertThat(get(client, NEIGHBOUR.getRuntimeInfo().getHttpBaseUrl())).isEqualTo(200);
            assertThat(setUps).hasValue(0);
            assertThat(get(client, https())).isEqualTo(200);
            assertThat(get(client, https() + "/again")).isEqualTo(200);
            assertThat(setUps).hasValue(1);
        }
    }

    @Test
    void whatCannotBeSetUpFailsTheConnectionAndIsTriedAgain() throws IOException {
        try (CloseableHttpClient client = client(() -> {
            if (setUps.incrementAndGet() == 1) {
                throw new SSLInitializationException("no certificates", null);
            }
            return trusting();
        })) {
            assertThatThrownBy(() -> get(client, https())).isInstanceOf(SSLException.class).hasMessageContaining("no certificates");
            assertThat(get(client, https())).isEqualTo(200);
        }
    }

    @Test
    void aNeighbourOfWhomNobodyVouchesIsNotTalkedTo() throws IOException {
        Outbound.Limits limits = new Outbound.Limits(Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofSeconds(10));
        try (CloseableHttpClient client = Outbound.client(limits, 1, 1, Traces.NONE)) {
            assertThatThrownBy(() -> get(client, https())).isInstanceOf(SSLHandshakeException.class);
        }
    }

    private static String https() {
        return NEIGHBOUR.getRuntimeInfo().getHttpsBaseUrl();
    }

    private TlsSocketStrategy trusting() {
        setUps.incrementAndGet();
        try {
            return ClientTlsStrategyBuilder.create()
                    .setSslContext(SSLContexts.custom().loadTrustMaterial((chain, type) -> true).build())
                    .setHostVerificationPolicy(HostnameVerificationPolicy.CLIENT)
                    .setHostnameVerifier(NoopHostnameVerifier.INSTANCE)
                    .buildClassic();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Each call over a connection of its own. */
    private static CloseableHttpClient client(Supplier<TlsSocketStrategy> setUp) {
        return HttpClients.custom()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setTlsSocketStrategy(new TlsOnDemand(setUp))
                        .build())
                .setConnectionReuseStrategy((request, response, context) -> false)
                .disableAutomaticRetries()
                .build();
    }

    private static int get(CloseableHttpClient client, String url) throws IOException {
        return client.execute(new HttpGet(url), response -> response.getCode());
    }
}
