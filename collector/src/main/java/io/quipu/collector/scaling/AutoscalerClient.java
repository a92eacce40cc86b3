package io.quipu.collector.scaling;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import javax.net.ssl.HttpsURLConnection;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;

/**
 * Posts to the autoscaler, one connection a time: it is called every other minute, and nothing is kept meanwhile. The
 * certificate is read for each call, since Cloud Foundry replaces it while the process runs.
 */
final class AutoscalerClient {

    /** What is read of an answer, for the log. */
    private static final int ANSWER = 500;

    private final Autoscaler autoscaler;
    private final Duration timeout;
    private final PemSslStoreDetails trusted;

    /**
     * A client.
     *
     * @param timeout to connect, and without a byte of an answer
     * @param trusted whom to trust in the autoscaler's place; null for whom the Java machine trusts
     */
    AutoscalerClient(Autoscaler autoscaler, Duration timeout, PemSslStoreDetails trusted) {
        this.autoscaler = autoscaler;
        this.timeout = timeout;
        this.trusted = trusted;
    }

    /**
     * Reports of an application.
     *
     * @param application its GUID
     * @param report the body
     * @throws IOException it did not get there, or was refused; the message says how
     */
    void post(String application, byte[] report) throws IOException {
        boolean own = autoscaler.url() != null && application.equals(autoscaler.application());
        URI to = URI.create((own ? autoscaler.url() : autoscaler.certifiedUrl()) + "/v1/apps/" + application + "/metrics");
        HttpURLConnection connection = (HttpURLConnection) to.toURL().openConnection();
        try {
            if (own) {
                connection.setRequestProperty("Authorization", "Basic " + Base64.getEncoder().encodeToString(
                        (autoscaler.user() + ":" + autoscaler.password()).getBytes(StandardCharsets.UTF_8)));
            } else if (connection instanceof HttpsURLConnection secured) {
                secured.setSSLSocketFactory(certified().createSslContext().getSocketFactory());
            }
            connection.setConnectTimeout((int) timeout.toMillis());
            connection.setReadTimeout((int) timeout.toMillis());
            connection.setInstanceFollowRedirects(false);
            connection.setRequestMethod("POST");
            connection.setRequestProperty("Content-Type", "application/json");
            connection.setDoOutput(true);
            connection.getOutputStream().write(report);
            int status = connection.getResponseCode();
            if (status / 100 != 2) {
                throw new IOException("it answers " + status + said(connection));
            }
        } finally {
            connection.disconnect();
        }
    }

    private SslBundle certified() {
        PemSslStoreDetails identity = PemSslStoreDetails.forCertificate(autoscaler.certificate().toUri().toString())
                .withPrivateKey(autoscaler.key().toUri().toString());
        SslStoreBundle stores = new PemSslStoreBundle(identity, trusted);
        return SslBundle.of(stores);
    }

    private static String said(HttpURLConnection connection) throws IOException {
        try (InputStream body = connection.getErrorStream()) {
            return body == null ? "" : ": " + new String(body.readNBytes(ANSWER), StandardCharsets.UTF_8);
        }
    }
}
